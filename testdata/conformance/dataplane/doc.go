// Package dataplane runs a mesh for real: pods are network namespaces on a bridge without a way
// out, their sidecars are upstream Envoys behind the iptables rules that Istio's own code writes,
// configured over ADS and with certificates from Istio's own agent code. Applications send and
// receive real bytes, and what went over the wire is recorded.
//
// Upstream Envoy has none of Istio's own filters, so istiod has to be told to leave them out
// (Upstream). What that changes: no metadata exchange, no telemetry, and the ALPN of a connection
// names no HTTP version, so that the server's proxy treats HTTP calls to a port of undeclared
// protocol as TCP.
package dataplane
