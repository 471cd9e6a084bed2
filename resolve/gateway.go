package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
)

// gatewayServer is one server of a Gateway, or one listener of a Gateway API
// gateway: a port with TLS settings of its own.
type gatewayServer struct {
	by       Ref
	origin   Origin
	field    Field
	port     int32
	name     string
	protocol Protocol
	tls      string // "" for plaintext
}

// gateways finds the servers of a gateway workload.
type gateways struct {
	index *selectorIndex[of[*networkingv1.Gateway]]
	all   []of[*networkingv1.Gateway] // without selector: every gateway workload
	kube  []of[*gatewayv1.Gateway]
}

func newGateways(c *collection) gateways {
	g := gateways{kube: c.kubeGateways}
	g.index = newSelectorIndex(c.gateways, func(o of[*networkingv1.Gateway]) map[string]string { return o.value.Spec.GetSelector() })
	for _, o := range c.gateways {
		if len(o.value.Spec.GetSelector()) == 0 {
			g.all = append(g.all, o)
		}
	}
	return g
}

// serversOf lists the servers that select a gateway workload, from any namespace (2.15).
func (g *gateways) serversOf(w *Workload) []gatewayServer {
	var out []gatewayServer
	for _, o := range append(g.index.matching(w.Labels), g.all...) {
		if !visible(o.value.Labels, firstOf(w.Membership.Revision, DefaultRevision)) {
			continue
		}
		for i, s := range o.value.Spec.GetServers() {
			out = append(out, istioServer(o, i, s))
		}
	}
	if name := w.Labels[gatewayNameLabel]; name != "" {
		for _, o := range g.kube {
			if o.value.Namespace == w.Ref.Namespace && o.value.Name == name {
				out = append(out, kubeServers(o)...)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b gatewayServer) int { return cmp.Compare(a.port, b.port) })
	return out
}

func istioServer(o of[*networkingv1.Gateway], i int, s *networkingapi.Server) gatewayServer {
	out := gatewayServer{
		by: o.Ref(), origin: o.Origin, field: Path("spec", "servers").Index(i),
		port: int32(s.GetPort().GetNumber()), name: s.GetPort().GetName(),
		protocol: ServicePortProtocol(0, s.GetPort().GetProtocol(), false, nil),
	}
	if s.GetTls() != nil && !(s.GetTls().GetHttpsRedirect() && out.protocol == ProtocolHTTP) {
		out.tls = serverTLS(s.GetTls())
	}
	return out
}

// serverPorts adds the ports on which a gateway's proxy listens: the target port
// of the Service port that the server names, else the number itself.
func (d *decider) serverPorts(set *portSet) {
	for i := range d.servers {
		s := &d.servers[i]
		s.port = d.listenOn(set, s.port)
		if p := set.at(s.port, false); len(p.Services) == 0 || p.Protocol == ProtocolAuto {
			p.Protocol = s.protocol
		}
	}
}

func (d *decider) listenOn(set *portSet, port int32) int32 {
	for _, p := range set.ports {
		for _, s := range p.Services {
			if s.Port == port && p.Protocol != ProtocolUDP {
				return p.Number
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
		if s.port == p.Number {
			on = append(on, s)
		}
	}
	if len(on) == 0 {
		return d.none("no Gateway server listens on it; gateways ignore PeerAuthentication", "2.15")
	}
	first := on[0]
	out := Decision{Mode: Disable, Scope: ScopeListener, By: first.by, Field: first.field, Origin: first.origin, Rule: "2.15"}
	out.Because = fmt.Sprintf("%s, server without TLS: plaintext; gateways ignore PeerAuthentication", first.by)
	var settings []string
	for _, s := range on {
		if s.tls != "" && !slices.Contains(settings, s.tls) {
			settings = append(settings, s.tls)
		}
	}
	if len(settings) > 0 {
		p.Listener = strings.Join(settings, "; ")
		out.Mode, out.Field = TLS, first.field.Child("tls")
		out.Because = fmt.Sprintf("%s, server TLS %s; gateways ignore PeerAuthentication", first.by, p.Listener)
	}
	return out
}
