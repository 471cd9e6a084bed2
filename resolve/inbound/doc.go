// Package inbound decides what each port of each workload serves: which policies speak of it
// and which of them wins, what a gateway's servers and a Sidecar's listeners make of it, and
// what ztunnel enforces.
package inbound
