// Package dump reads what was written down of running proxies: configuration dumps of Envoy and
// ztunnel, certificates, counters, istiod's list of connections, and the archives that hold them.
// All of it is untrusted: sizes are bounded, nothing is written, links are not followed, private
// keys are not kept. It decides nothing; package proxy has the types.
package dump
