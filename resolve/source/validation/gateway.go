package validation

import (
	"fmt"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
)

// internalGateway and internalRoute mark what Istio made of a resource of the Gateway API.
const (
	internalGateway = "internal.istio.io/gateway-semantics"
	internalRoute   = "internal.istio.io/route-semantics"
)

func (r *report) gateway(o Meta, g *networkingapi.Gateway) {
	if !isLabel(o.Name) && o.Annotations[internalGateway] != "gateway" {
		r.add(CauseName, r.metadata().child("name"), fmt.Sprintf("the name of a Gateway has letters, digits and - only: %s", Quoted(o.Name)))
	}
	at := r.spec().child("servers")
	if len(g.Servers) == 0 {
		r.add(CauseRequired, at, "a Gateway needs a server")
	}
	names := map[string]bool{}
	for i, s := range g.Servers {
		at := at.at(i)
		r.server(s, at)
		if s.Port == nil {
			continue
		}
		if names[s.Port.Name] {
			r.add(CauseDuplicate, at.child("port").child("name"), fmt.Sprintf("two servers have a port named %s", Quoted(s.Port.Name)))
		}
		names[s.Port.Name] = true
	}
}

func (r *report) server(s *networkingapi.Server, at *place) {
	if len(s.Hosts) == 0 {
		r.add(CauseRequired, at, "hosts is required")
	}
	for i, h := range s.Hosts {
		r.host(badScoped(h, true), at.child("hosts").at(i))
	}
	path, socket := strings.CutPrefix(s.Bind, unixPrefix)
	switch {
	case socket && !isUnixSocket(path):
		r.add(CauseAddress, at.child("bind"), fmt.Sprintf("%s is not a path of a socket", Quoted(path)))
	case socket && s.GetPort().GetNumber() != 0:
		r.add(CausePort, at.child("port").child("number"), "a unix socket has port number 0")
	case !socket && s.Bind != "" && !isIP(s.Bind):
		r.add(CauseAddress, at.child("bind"), fmt.Sprintf("%s is not an IP address", Quoted(s.Bind)))
	}
	r.serverTLS(s.Tls, at.child("tls"))
	if r.serverPort(s.Port, socket, at) {
		r.serverProtocol(s, at)
	}
}

func (r *report) serverPort(p *networkingapi.Port, socket bool, at *place) bool {
	if p == nil {
		r.add(CauseRequired, at, "port is required")
		return false
	}
	before := len(r.violations)
	at = at.child("port")
	if !isProtocol(p.Protocol) {
		r.add(CausePort, at.child("protocol"), fmt.Sprintf("protocol %s is unknown", Quoted(p.Protocol)))
	}
	if p.Number > 0 || !socket {
		r.port(p.Number, at.child("number"))
	}
	//lint:ignore SA1019 who sets it is refused
	if p.TargetPort > 0 {
		r.add(CauseUnsupported, at.child("targetPort"), "it has no effect in a Gateway")
	}
	if p.Name == "" {
		r.add(CauseRequired, at, "name is required")
	}
	return len(r.violations) == before
}

// serverProtocol checks that TLS settings and protocol go together.
func (r *report) serverProtocol(s *networkingapi.Server, at *place) {
	t, protocol := s.Tls, s.Port.Protocol
	switch {
	case isTLS(protocol) && t == nil:
		r.add(CauseTLS, at, "tls is required for protocol "+protocol)
	case isTLS(protocol) || t == nil:
	case !isHTTP(protocol):
		r.add(CauseTLS, at.child("tls"), "tls needs protocol HTTPS or TLS, not "+protocol)
	case !passesThrough(t) || t.CaCertificates != "" || t.PrivateKey != "" || t.ServerCertificate != "":
		r.add(CauseTLS, at.child("tls"), "a server with protocol "+protocol+" can have httpsRedirect only")
	}
}

func passesThrough(t *networkingapi.ServerTLSSettings) bool {
	return t.Mode == networkingapi.ServerTLSSettings_PASSTHROUGH || t.Mode == networkingapi.ServerTLSSettings_AUTO_PASSTHROUGH
}
