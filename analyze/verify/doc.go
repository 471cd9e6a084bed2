// Package verify compares what the proxies run with what the configuration of the mesh comes to:
// port by port, host by host, certificate by certificate, and finds why they differ. It reads no
// dump, and decides no mode: package proxy knows what a proxy runs, the Mesh what it should run.
package verify
