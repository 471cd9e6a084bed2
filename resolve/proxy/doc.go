// Package proxy holds what the proxies of a mesh show of themselves: their listeners, clusters,
// certificates and counters, and what istiod knows of them. It answers by Envoy's own matching
// which connections a listener accepts, and what a cluster sends; it knows no mesh.
package proxy
