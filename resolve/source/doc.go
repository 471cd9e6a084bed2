// Package source reads Kubernetes and Istio objects of files: files, directories, standard
// input, git revisions and kustomize directories in, resolve.Object values out, each with
// the file and line of everything that is written in it. It finds the texts and puts
// together what package manifest makes of them; package cluster reads an API server into
// the same Input. A snapshot is a file that reads back as the Input of its cluster.
//
// It never decides what an object means: that is package resolve.
package source
