package resolve

import (
	"cmp"
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
)

// gatewayServer is one server of a Gateway, or one listener of a Gateway API
// gateway: a port with TLS settings of its own.
type gatewayServer struct {
	by     Ref
	origin Origin
	field  Field
	port   int32
	// listens is the port of the proxy that serves it.
	listens  int32
	protocol Protocol
	tls      string // "" for plaintext
	ofMesh   bool   // mode ISTIO_MUTUAL: the mesh's own certificates
}

// gateways finds the servers of a gateway workload.
type gateways struct {
	index *selectorIndex[Typed[*networkingv1.Gateway]]
	all   []Typed[*networkingv1.Gateway] // without selector: every gateway workload
	kube  []Typed[*gatewayv1.Gateway]
}

func newGateways(c *Collection) gateways {
	g := gateways{kube: c.kubeGateways}
	g.index = newSelectorIndex(c.gateways, func(o Typed[*networkingv1.Gateway]) map[string]string { return o.As.Spec.GetSelector() })
	for _, o := range c.gateways {
		if len(o.As.Spec.GetSelector()) == 0 {
			g.all = append(g.all, o)
		}
	}
	return g
}

// serversOf lists the servers that select a gateway workload, from any namespace (2.15).
func (g *gateways) serversOf(w *Workload) []gatewayServer {
	var out []gatewayServer
	for _, o := range append(g.index.matching(w.Labels), g.all...) {
		if !Visible(o.As.Labels, cmp.Or(w.Membership.Revision, DefaultRevision)) {
			continue
		}
		for i, s := range o.As.Spec.GetServers() {
			out = append(out, istioServer(o, i, s))
		}
	}
	if name := w.Labels[GatewayNameLabel]; name != "" {
		for _, o := range g.kube {
			if o.As.Namespace == w.Ref.Namespace && o.As.Name == name {
				out = append(out, kubeServers(o)...)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b gatewayServer) int { return cmp.Compare(a.port, b.port) })
	return out
}

func istioServer(o Typed[*networkingv1.Gateway], i int, s *networkingapi.Server) gatewayServer {
	out := gatewayServer{
		by: o.Ref(), origin: o.Origin, field: Path("spec", "servers").Index(i),
		port:     int32(s.GetPort().GetNumber()),
		protocol: ServicePortProtocol(0, s.GetPort().GetProtocol(), false, nil),
	}
	if s.GetTls() != nil && !(s.GetTls().GetHttpsRedirect() && out.protocol == ProtocolHTTP) {
		out.tls, out.ofMesh = serverTLS(s.GetTls()), s.GetTls().GetMode() == networkingapi.ServerTLSSettings_ISTIO_MUTUAL
	}
	return out
}

// serverPorts adds the ports on which a gateway's proxy listens.
func (d *decider) serverPorts(set *portSet, services []*Service) {
	for i := range d.servers {
		s := &d.servers[i]
		s.listens = d.listensOn(s.port, services)
		if p := set.at(s.listens, false); len(p.Services) == 0 || p.Protocol == ProtocolAuto {
			p.Protocol = s.protocol
		}
	}
}

// listensOn translates a server's port: the target of the first Service port of
// that number, oldest Service first, else the number itself.
func (d *decider) listensOn(port int32, services []*Service) int32 {
	for _, s := range services {
		if _, untranslated := s.Labels[UntranslatedPortLabel]; untranslated {
			continue
		}
		for _, sp := range s.Ports {
			if target, ok := d.target(sp); ok && sp.Port == port && !sp.UDP {
				return target
			}
		}
	}
	return port
}

// byServer is the decision of a gateway's port: the servers on it decide, never
// a PeerAuthentication (2.15).
func (d *decider) byServer(p *Port) Decision {
	var on []gatewayServer
	for _, s := range d.servers {
		if s.listens == p.Number {
			on = append(on, s)
		}
	}
	switch use, reserved := reservedPorts[p.Number]; {
	case len(on) > 0:
	case reserved:
		return d.none(Because(CauseGatewayOwnPort, Details{Text: use}))
	case p.Number == statusPort(d.pod):
		return d.none(Because(CauseGatewayOwnPort, Details{Text: statusUse}))
	default:
		return d.none(Reason{Cause: CauseNoServer})
	}
	first := on[0]
	out := Decision{Mode: Disable, Scope: ScopeListener, By: first.by, Field: first.field, Origin: first.origin, Why: Because(CauseServerPlaintext, Details{By: first.by})}
	var settings []string
	for _, s := range on {
		if s.tls != "" && !slices.Contains(settings, s.tls) {
			settings = append(settings, s.tls)
		}
	}
	if len(settings) > 0 {
		p.Listener = strings.Join(settings, "; ")
		out.Mode, out.Field = TLS, first.field.Child("tls")
		out.Why = Because(CauseServerTLS, Details{By: first.by, Text: p.Listener})
		out.OfMesh = !slices.ContainsFunc(on, func(s gatewayServer) bool { return !s.ofMesh })
	}
	return out
}
