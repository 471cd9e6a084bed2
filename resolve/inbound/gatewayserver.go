package inbound

import (
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Takes is which routes lead on what comes to a server of a Gateway.
type Takes uint8

const (
	// TakesTCP are those for TCP: plaintext, or TLS that the server ends.
	TakesTCP Takes = iota
	// TakesHTTP are those for HTTP, shared by all servers of the port.
	TakesHTTP
	// TakesHTTPS are those for HTTP, of the one server that ends TLS.
	TakesHTTPS
	// TakesTLS are those for TLS, by SNI: the server leaves TLS to the endpoint.
	TakesTLS
	// TakesMesh is none: mTLS of the mesh goes on to the host that its SNI names.
	TakesMesh
)

// Server is a server of a Gateway that a gateway's proxy serves, or a listener of one of the Gateway
// API: one that istiod drops is none.
type Server struct {
	// By is the Gateway, and Field where the server is written in it.
	By     resolve.Ref
	Origin resolve.Origin
	Field  resolve.Field
	// Internal is the name by which routes are bound to it, as "namespace/name": that of the Gateway,
	// or of what istiod makes of the listener.
	Internal string
	// Port is its number, and Listens the port of the proxy behind it, at the address Bind, "" for
	// all.
	Port, Listens int32
	Bind          string
	// Hosts are the names that it is for; "namespace/name" where only VirtualServices of the
	// namespace are.
	Hosts []string
	// Ended is true where it ends TLS, or passes it on: clients say which host they mean by SNI.
	Ended bool
	Takes Takes
	// TLS describes its settings, "" for none; OfMesh is true for the mesh's own mTLS.
	TLS    string
	OfMesh bool
}

// Names are the hosts of the server, without the namespaces before them: those that are for
// VirtualServices of a namespace, or all for "".
func (s *Server) Names(namespace string) []string { return namesFor(s.Hosts, namespace) }

// namesFor are hosts without the namespaces before them: those that are for a namespace, or all
// for "".
func namesFor(hosts []string, namespace string) []string {
	names := make([]string, 0, len(hosts))
	for _, host := range hosts {
		ns, name, scoped := strings.Cut(host, "/")
		switch {
		case !scoped:
			names = append(names, host)
		case namespace == "" || ns == namespace:
			names = append(names, name)
		}
	}
	return names
}

// Covers is the most specific host of the server that covers a name; ok is false for none.
func (s *Server) Covers(name string) (host string, ok bool) {
	for _, h := range s.Names("") {
		if resolve.SubsetOf(name, h) && (!ok || len(h) > len(host)) {
			host, ok = h, true
		}
	}
	return host, ok
}

// takesOf is which routes a server goes by.
func takesOf(s *networkingapi.Server, protocol resolve.Protocol) Takes {
	tls := s.GetTls()
	switch mode := tls.GetMode(); {
	case protocol.Class() == resolve.ClassHTTP:
		return TakesHTTP
	case tls == nil:
		return TakesTCP
	case mode == networkingapi.ServerTLSSettings_AUTO_PASSTHROUGH:
		return TakesMesh
	case mode == networkingapi.ServerTLSSettings_PASSTHROUGH:
		return TakesTLS
	case protocol == resolve.ProtocolHTTPS:
		return TakesHTTPS
	}
	return TakesTCP
}

// keptServers are those that istiod keeps, in its order.
func keptServers(servers []gatewayServer) (kept []Server) {
	for _, s := range inOrder(servers) {
		if s.dropped.IsZero() {
			kept = append(kept, Server{By: s.by, Internal: s.internal, Origin: s.origin, Field: s.field, Port: s.port, Listens: s.listens, Bind: s.bind, Hosts: s.hosts, Ended: s.terminates(), Takes: s.takes, TLS: s.tls, OfMesh: s.ofMesh})
		}
	}
	return kept
}

// inOrder are servers in istiod's order: the oldest Gateway first, each as it is written.
func inOrder(servers []gatewayServer) []*gatewayServer {
	order := make([]*gatewayServer, len(servers))
	for i := range servers {
		order[i] = &servers[i]
	}
	slices.SortStableFunc(order, func(a, b *gatewayServer) int { return a.merging.compare(&b.merging) })
	return order
}
