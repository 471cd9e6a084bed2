package validation

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
)

func (r *report) sidecar(_ Meta, s *networkingapi.Sidecar) {
	at := r.spec()
	r.selector(s.GetWorkloadSelector().GetLabels(), at.child("workloadSelector").child("labels"))
	if len(s.Egress) == 0 && len(s.Ingress) == 0 && s.OutboundTrafficPolicy == nil && s.InboundConnectionPool == nil {
		r.add(CauseEmpty, at, "the Sidecar is empty: one of egress, ingress, outboundTrafficPolicy, inboundConnectionPool is needed")
		return
	}
	ports := map[uint32]bool{}
	for i, l := range s.Ingress {
		at := at.child("ingress").at(i)
		if l.GetPort() == nil {
			r.add(CauseRequired, at, "port is required")
			continue
		}
		r.listenerPort(l.Port, l.Bind, at)
		r.newPort(ports, l.Port.Number, at.child("port"))
		r.defaultEndpoint(l.DefaultEndpoint, at.child("defaultEndpoint"))
		r.ingressTLS(l, at.child("tls"))
		r.connectionPool(l.ConnectionPool, at.child("connectionPool"))
	}
	r.connectionPool(s.InboundConnectionPool, at.child("inboundConnectionPool"))
	r.egress(s.Egress, at.child("egress"))
	r.outboundPolicy(s.OutboundTrafficPolicy, at.child("outboundTrafficPolicy"))
}

func (r *report) newPort(seen map[uint32]bool, number uint32, at *place) {
	if seen[number] {
		r.add(CauseDuplicate, at, fmt.Sprintf("port %d has a listener already", number))
	}
	seen[number] = true
}

// listenerPort checks port and bind of a listener that is no unix socket.
func (r *report) listenerPort(p *networkingapi.SidecarPort, bind string, at *place) {
	r.listenerName(p, at.child("port"))
	r.port(p.Number, at.child("port").child("number"))
	if bind != "" && !isIP(bind) {
		r.add(CauseAddress, at.child("bind"), fmt.Sprintf("%s is not an IP address", Quoted(bind)))
	}
}

func (r *report) listenerName(p *networkingapi.SidecarPort, at *place) {
	//lint:ignore SA1019 who sets it is refused
	if p.TargetPort > 0 {
		r.add(CauseUnsupported, at.child("targetPort"), "it has no effect in a Sidecar")
	}
	if p.Name != "" {
		r.portName(p.Name, at.child("name"))
	}
	r.protocol(p.Protocol, at.child("protocol"))
}

func (r *report) defaultEndpoint(e string, at *place) {
	if e == "" {
		return
	}
	if path, ok := strings.CutPrefix(e, unixPrefix); ok {
		if !isUnixSocket(path) {
			r.add(CauseAddress, at, fmt.Sprintf("%s is not a path of a socket", Quoted(path)))
		}
		return
	}
	host, port, err := net.SplitHostPort(e)
	n, notNumber := strconv.Atoi(port)
	if err != nil || notNumber != nil || n < 1 || n > 65535 || !slices.Contains([]string{"", "127.0.0.1", "0.0.0.0", "::1", "::"}, host) {
		r.add(CauseAddress, at, fmt.Sprintf("%s is not a port of 127.0.0.1, 0.0.0.0, [::1], [::] or a unix socket", Quoted(e)))
	}
}

func (r *report) ingressTLS(l *networkingapi.IstioIngressListener, at *place) {
	t := l.Tls
	if t == nil {
		return
	}
	if len(t.SubjectAltNames) > 0 || t.HttpsRedirect || t.CredentialName != "" || len(t.CredentialNames) > 0 || len(t.TlsCertificates) > 0 {
		r.add(CauseTLS, at, "subjectAltNames, httpsRedirect, credentialName(s) and tlsCertificates are not supported in a Sidecar")
	}
	if t.Mode == networkingapi.ServerTLSSettings_ISTIO_MUTUAL || t.Mode == networkingapi.ServerTLSSettings_AUTO_PASSTHROUGH {
		r.add(CauseTLS, at.child("mode"), t.Mode.String()+" is not supported in a Sidecar")
	}
	if !isTLS(l.Port.Protocol) {
		r.add(CauseTLS, at, "tls needs a port with protocol HTTPS or TLS")
	}
	r.serverTLS(t, at)
}

func (r *report) egress(list []*networkingapi.IstioEgressListener, at *place) {
	ports, sockets, all := map[uint32]bool{}, map[string]bool{}, false
	for i, l := range list {
		at := at.at(i)
		switch {
		case l.Port != nil:
			r.egressPort(l, ports, sockets, at)
		case all:
			r.add(CauseDuplicate, at, "only one listener can be without port")
			continue
		case i < len(list)-1:
			r.add(CauseChoice, at, "the listener without port must be the last one")
		default:
			all = true
		}
		if len(l.Hosts) == 0 {
			r.add(CauseRequired, at, "hosts is required")
		}
		for j, h := range l.Hosts {
			r.host(badScoped(h, false), at.child("hosts").at(j))
		}
	}
}

func (r *report) egressPort(l *networkingapi.IstioEgressListener, ports map[uint32]bool, sockets map[string]bool, at *place) {
	if l.Port.Number != 0 {
		r.listenerPort(l.Port, l.Bind, at)
		r.newPort(ports, l.Port.Number, at.child("port"))
		return
	}
	r.listenerName(l.Port, at.child("port"))
	if path, ok := strings.CutPrefix(l.Bind, unixPrefix); !ok || !isUnixSocket(path) {
		r.add(CauseAddress, at.child("bind"), "a port without number needs a unix socket")
	}
	if l.CaptureMode != networkingapi.CaptureMode_DEFAULT && l.CaptureMode != networkingapi.CaptureMode_NONE {
		r.add(CauseChoice, at.child("captureMode"), "it is DEFAULT or NONE for a unix socket")
	}
	if sockets[l.Bind] {
		r.add(CauseDuplicate, at.child("bind"), "the socket has a listener already")
	}
	sockets[l.Bind] = true
}

func (r *report) outboundPolicy(p *networkingapi.OutboundTrafficPolicy, at *place) {
	if p == nil || p.EgressProxy == nil {
		return
	}
	if p.Mode != networkingapi.OutboundTrafficPolicy_ALLOW_ANY {
		r.add(CauseChoice, at.child("egressProxy"), "it needs mode ALLOW_ANY")
		return
	}
	at = at.child("egressProxy")
	r.host(badDomain(p.EgressProxy.Host), at.child("host"))
	if p.EgressProxy.Port == nil {
		r.add(CauseRequired, at, "port is required")
	}
	r.destination(p.EgressProxy, at)
}
