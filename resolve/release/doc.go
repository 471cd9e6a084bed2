// Package release knows the releases of Istio as far as mTLS differs between them: which there
// are, which of them a judge agreed with, and what each does that others do not. It is data with
// one question, Version.Has: no other package compares versions.
package release
