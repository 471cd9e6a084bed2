package verify

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

// inbound compares the ports of a proxy: those that the configuration names, those that the
// proxy has besides, and any other.
func (v *verifier) inbound(s *subject) {
	if s.kind == proxy.Waypoint { // it takes tunnels only, and those are always mTLS (2.16)
		v.port(s, resolve.HBONEPort, resolve.Decision{Mode: resolve.Strict, Scope: resolve.ScopeDataplane, Why: resolve.Reason{Cause: resolve.CauseWaypointTunnel}})
		return
	}
	done := map[int32]bool{}
	for i := range s.workload.Ports {
		p := &s.workload.Ports[i]
		if p.Protocol == resolve.ProtocolUDP || done[p.Number] || s.skips(p.Number) {
			continue
		}
		done[p.Number] = true
		v.port(s, p.Number, p.Decision)
	}
	for _, n := range s.Envoy.Ports() {
		if !done[n] && !s.skips(n) {
			v.port(s, n, *s.workload.Decision(n))
		}
	}
	if s.kind == proxy.Sidecar && s.Intercepts() {
		v.port(s, 0, s.workload.Default)
	}
}

// skips reports a port that is the proxy's own.
func (s *subject) skips(port int32) bool {
	return s.workload.ProxyPort(port) || port == resolve.HBONEPort
}

// unreadable is of a socket that is neither TLS nor plaintext.
const unreadable = "a transport socket of the proxy is of a kind that cannot be read"

// port compares one, 0 for any that nothing names.
func (v *verifier) port(s *subject, port int32, d resolve.Decision) {
	got := s.Envoy.Port(port)
	i := Item{Port: port, Any: port == 0, Proxy: s.modeText(got), By: d.By, At: d.Position()}
	s.ports++
	want, captured := expected(s.workload, &d)
	i.Config = want.String()
	switch {
	case want == resolve.Unknown:
		i.State = Settled
	case got.Mode() == resolve.Unknown:
		i.Message = unreadable
		v.opaque = append(v.opaque, podText(s.Pod))
	case want == resolve.None && s.kind == proxy.Router && got.Mode() != resolve.None && !v.hasGateways():
		i.Message = "the input has no Gateway at all: which servers the port has is unknown"
		v.noGateways = append(v.noGateways, podText(s.Pod))
	case s.kind == proxy.Router && got.Mode() == resolve.None && want != resolve.None:
		i.Message = "the gateway has no filter chain for the port: usual for a server of TLS or TCP without a route"
	case got.Mode() == resolve.None && !s.listens() && !s.Whole:
		i.Message, i.Proxy = "the dump has no listener for inbound traffic", ""
		v.noListeners = append(v.noListeners, podText(s.Pod))
	case accepts(want, &d, got):
		if i.State = Same; want == resolve.TLS {
			i.Proxy = i.Config // by the mesh's own mTLS, as the server has it
		}
		if !captured {
			i.Config = resolve.None.String()
			v.excluded(s, &i)
			return
		}
	default:
		v.differs(s, &i, want, got.Mode())
		return
	}
	s.add(i)
}

// expected is the mode that the listeners of the proxy have to come to; captured is false for a
// port that traffic reaches past the proxy, which istiod does not know.
func expected(w *inbound.Workload, d *resolve.Decision) (mode resolve.Mode, captured bool) {
	switch {
	case d.Mode == resolve.Unknown && w.Membership.Dataplane == resolve.DataplaneUnknown && d.IfMeshed != resolve.Unset && !patched(d):
		return d.IfMeshed, true // there is a proxy, as its dump shows
	case d.Mode == resolve.None && d.IfMeshed != resolve.Unset && w.Membership.Dataplane != resolve.DataplaneNone && !w.Capture.NoInterception:
		return d.IfMeshed, false
	}
	return d.Mode, true
}

// patched reports a mode that only Envoy knows, because of an EnvoyFilter.
func patched(d *resolve.Decision) bool {
	return d.Why.Cause == resolve.CauseEnvoyFilter || d.Why.Cause == resolve.CauseEnvoyFiltersUnread
}

// accepts reports that what a proxy accepts is what the decision comes to. A gateway's server
// with the mesh's own mTLS is TLS in the configuration.
func accepts(want resolve.Mode, d *resolve.Decision, got proxy.Accepts) bool {
	// NONE of a gateway's port is a port without a server: connections are refused.
	if want == resolve.TLS && d.OfMesh {
		return got.Mode() == resolve.Strict
	}
	return got.Mode() == want
}

// hasGateways reports that the input shows what gateways serve.
func (v *verifier) hasGateways() bool {
	return v.mesh.Has(resolve.KindGateway) || v.mesh.Has(resolve.KindKubeGateway) || v.mesh.Has(resolve.KindIngress)
}

// refused is what becomes of connections for which an Envoy that gets them has no filter chain.
const refused = "REFUSED"

func (s *subject) modeText(a proxy.Accepts) string {
	switch {
	case a.Own && a.Plain:
		return "TLS or plaintext"
	case a.Mode() == resolve.None && s.listens():
		return refused
	}
	return a.Mode().String()
}

// listens reports a proxy that gets the traffic of the pod, whatever the port: a gateway is all
// that there is.
func (s *subject) listens() bool {
	return s.Intercepts() || s.kind == proxy.Router || s.kind == proxy.Waypoint
}

// excluded is a port past the proxy by an annotation: the pod that runs has to have it as well.
func (v *verifier) excluded(s *subject, i *Item) {
	i.Proxy = resolve.None.String()
	if key, was, is, differs := s.olderAnnotation(); differs {
		i.State, i.Proxy = Unknown, ""
		s.wrong(PortDiffers, analyze.Warning, Restart, Item{
			Port: i.Port, Any: i.Any, Config: i.Config, Proxy: i.Proxy, By: i.By, At: i.At, State: Differs,
			Message: fmt.Sprintf("the pod began with annotation %s %s, the workload has %s now: which ports are captured is decided when the pod begins", key, quoted(was), quoted(is)),
		})
		return
	}
	s.add(*i)
}

// differs is a port of which the proxy accepts something else.
func (v *verifier) differs(s *subject, i *Item, want, got resolve.Mode) {
	severity, effect := analyze.Warning, "the proxy refuses calls that the configuration allows"
	switch {
	case got == resolve.None && !s.listens() && s.Interception != noInterception:
		severity, effect = analyze.Error, "the proxy has no listener for inbound traffic, so connections that are redirected to it fail"
	case got == resolve.None && s.listens():
		effect = "the proxy has no filter chain for it, so connections are refused"
	case got.Weaker(want), got == resolve.Permissive && want == resolve.TLS, got == resolve.Disable && want == resolve.TLS:
		severity, effect = analyze.Error, "the proxy accepts plaintext"
		if got == resolve.TLS || got == resolve.Strict {
			effect = "the proxy accepts other connections"
		}
	case s.kind == proxy.Router:
		effect = "the listener of the gateway is not what its servers are"
	case want == resolve.None:
		effect = "the configuration has no proxy for the port"
	}
	why, because := v.why(s, i, "listener")
	i.State = Differs
	i.Message = fmt.Sprintf("%s is %s in the configuration and %s in the proxy: %s; %s", portText(i), i.Config, i.Proxy, effect, because)
	s.wrong(PortDiffers, severity, why, *i)
}

// noInterception is the mode in which no traffic is redirected to the proxy.
const noInterception = "NONE"

func portText(i *Item) string {
	if i.Any {
		return "any other port"
	}
	return fmt.Sprintf("port %d", i.Port)
}

func quoted(s string) string {
	if s == "" {
		return "not set"
	}
	return fmt.Sprintf("%q", s)
}
