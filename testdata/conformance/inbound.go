package conformance

import (
	"strings"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
)

// listening is what a proxy's listeners do with connections to its pod.
type listening struct {
	virtual *listener.Listener
	// own are listeners of one port each: those of a Sidecar resource where
	// nothing is intercepted.
	own map[uint32]*listener.Listener
}

func newInbound(listeners []*listener.Listener) listening {
	in := listening{own: map[uint32]*listener.Listener{}}
	for _, l := range listeners {
		switch {
		case l.Name == "virtualInbound":
			in.virtual = l
		case l.TrafficDirection == core.TrafficDirection_INBOUND:
			in.own[l.GetAddress().GetSocketAddress().GetPortValue()] = l
		}
	}
	return in
}

// chains are the filter chains that a connection to a port may end in: those for
// the port if there are any, as Envoy matches the port first, else those for all.
func (in listening) chains(port uint32) []*listener.FilterChain {
	if l := in.own[port]; l != nil {
		return l.FilterChains
	}
	var exact, others []*listener.FilterChain
	for _, c := range in.virtual.GetFilterChains() {
		switch {
		case c.GetFilterChainMatch().GetDestinationPort() == nil:
			others = append(others, c)
		case c.GetFilterChainMatch().GetDestinationPort().GetValue() == port:
			exact = append(exact, c)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return others
}

// invalid is the answer for a port with two filter chains of one match, which Envoy
// refuses: istiod makes them for a port of a Service and of portLevelMtls that a
// Sidecar resource with ingress leaves out, where both are merged (2.9).
const invalid = "invalid"

// serves says in the words of our modes what a port does, and for which kind of
// protocol: "STRICT http", "PERMISSIVE auto", "NONE".
func (in listening) serves(port uint32) string {
	var mesh, raw, user, http, tcp bool
	matches := map[string]bool{}
	for _, c := range in.chains(port) {
		if match := c.GetFilterChainMatch().String(); matches[match] {
			return invalid
		} else {
			matches[match] = true
		}
		switch socket := c.GetTransportSocket(); {
		case socket == nil && c.GetFilterChainMatch().GetTransportProtocol() == "tls":
			// TLS that is no Istio mTLS goes to the application unopened: PERMISSIVE
		case socket == nil:
			raw = true
		case ofMesh(socket):
			mesh = true
		default:
			user = true
		}
		for _, f := range c.GetFilters() {
			http = http || strings.HasSuffix(f.Name, "http_connection_manager")
			tcp = tcp || strings.HasSuffix(f.Name, "tcp_proxy")
		}
	}
	return strings.TrimSpace(mode(mesh, raw, user) + " " + class(http, tcp))
}

func mode(mesh, raw, user bool) string {
	switch {
	case user && !mesh && !raw:
		return "TLS"
	case user:
		return "TLS and others"
	case mesh && raw:
		return "PERMISSIVE"
	case mesh:
		return "STRICT"
	case raw:
		return "DISABLE"
	}
	return "NONE"
}

func class(http, tcp bool) string {
	switch {
	case http && tcp:
		return "auto"
	case http:
		return "http"
	case tcp:
		return "tcp"
	}
	return ""
}

// ofMesh tells Istio's mutual TLS from a listener's own: it demands a client
// certificate and has its own certificate from the agent.
func ofMesh(socket *core.TransportSocket) bool {
	var d tls.DownstreamTlsContext
	if socket.GetTypedConfig().UnmarshalTo(&d) != nil || !d.GetRequireClientCertificate().GetValue() {
		return false
	}
	for _, s := range d.GetCommonTlsContext().GetTlsCertificateSdsSecretConfigs() {
		if s.Name == "default" {
			return true
		}
	}
	return false
}
