// Package conformance holds istiod's own configuration generator against mtlsctl:
// the same YAML goes through both, and every port's mode and every client's TLS
// must come out alike.
//
// The truth is read off the Envoy configuration that istiod would send, not off
// what istiod computes on the way: a port's mode off the filter chains of its
// proxy's inbound listeners, what a client sends off the transport sockets of its
// clusters and the metadata of their endpoints.
package conformance
