package inbound

import (
	"cmp"
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// gatewayProxy serves what the servers of its Gateways say, never a policy (2.15).
type gatewayProxy struct{}

func (gatewayProxy) serves(d *decider, p *Port) resolve.Decision {
	if p == nil {
		return d.none(resolve.Reason{Cause: resolve.CauseNoServer})
	}
	return d.byServer(p)
}

func (gatewayProxy) listed() bool { return false }

func (gatewayProxy) shaped() bool { return false }

func (gatewayProxy) own(port, status int32) bool { return proxyOwn(port, status) }

// gatewayServer is one server of a Gateway, or one listener of a Gateway API
// gateway: a port with TLS settings of its own.
type gatewayServer struct {
	by resolve.Ref
	// internal is the name by which routes are bound to it, as "namespace/name".
	internal string
	origin   resolve.Origin
	field    resolve.Field
	port     int32
	// listens is the port of the proxy that serves it.
	listens  int32
	protocol resolve.Protocol
	tls      string // "" for plaintext
	ofMesh   bool   // mode ISTIO_MUTUAL: the mesh's own certificates
	takes    Takes
	// through are the Services by which alone clients get to it, none where the port is looked for in
	// any.
	through []*Service
	merging
	// dropped is why istiod leaves the server out, zero where it does not.
	dropped resolve.Reason
}

// gateways finds the servers of a gateway workload.
type gateways struct {
	index *resolve.SelectorIndex[config.Typed[*networkingv1.Gateway]]
	all   []config.Typed[*networkingv1.Gateway] // without selector: every gateway workload
	kube  []config.Typed[*gatewayv1.Gateway]
	// classes are those of the Gateway API that Istio serves, listeners those of their Gateways, and
	// services the names of the Services behind which the proxies of each are.
	classes   gatewayClasses
	listeners map[resolve.Ref][]Listener
	services  map[resolve.Ref][]string
}

func newGateways(c *config.Collection, spaces map[string]*config.Namespace) gateways {
	g := gateways{kube: c.KubeGateways, classes: gatewayClassesOf(c), listeners: ListenersOf(c, spaces), services: map[resolve.Ref][]string{}}
	g.index = resolve.NewSelectorIndex(c.Gateways, func(o config.Typed[*networkingv1.Gateway]) map[string]string { return o.As.Spec.GetSelector() })
	for _, o := range c.Gateways {
		if len(o.As.Spec.GetSelector()) == 0 {
			g.all = append(g.all, o)
		}
	}
	for _, o := range c.KubeGateways {
		g.services[o.Ref()] = g.classes.services(o.As)
	}
	return g
}

// serversOf lists the servers that select a gateway workload, from any namespace (2.15).
func (g *gateways) serversOf(w *Workload, k *config.Plane) []gatewayServer {
	var out []gatewayServer
	strict := k.Has(release.StrictMerging) && !k.Off("PILOT_ENABLE_STRICT_GATEWAY_MERGING") && g.managed(w)
	for _, o := range append(g.index.Matching(w.Labels), g.all...) {
		if w.Membership.Agentgateway || !Visible(o.As.Labels, cmp.Or(w.Membership.Revision, resolve.DefaultRevision)) {
			continue
		}
		for i, s := range o.As.Spec.GetServers() {
			server := istioServer(o, i, s)
			if strict && o.As.Namespace != w.Ref.Namespace {
				server.dropped = resolve.Because(resolve.CauseServerApart, resolve.Details{Name: w.Ref.Namespace})
			}
			out = append(out, server)
		}
	}
	for _, o := range g.kube {
		through := g.serviceOf(o.Ref(), w.services)
		if len(through) == 0 && !w.standsFor(o.As) {
			continue
		}
		for _, s := range kubeServers(g.listeners[o.Ref()], k) {
			s.through = through
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b gatewayServer) int { return cmp.Compare(a.port, b.port) })
	return out
}

// managed reports a gateway of the Gateway API whose pods istiod makes.
func (g *gateways) managed(w *Workload) bool {
	return slices.ContainsFunc(g.kube, func(o config.Typed[*gatewayv1.Gateway]) bool {
		return managedGateway(o.As) && (w.standsFor(o.As) || len(g.serviceOf(o.Ref(), w.services)) > 0)
	})
}

// serviceOf are those of a workload's Services behind which the proxies of a Gateway are.
func (g *gateways) serviceOf(gateway resolve.Ref, services []*Service) (through []*Service) {
	for _, s := range services {
		if s.Ref.Namespace == gateway.Namespace && slices.Contains(g.services[gateway], s.Ref.Name) {
			through = append(through, s)
		}
	}
	return through
}

// standsFor reports a proxy that istiod makes for a Gateway, by its label: its Service may be missing
// in files.
func (w *Workload) standsFor(g *gatewayv1.Gateway) bool {
	return managedGateway(g) && w.Ref.Namespace == g.Namespace && w.Labels[resolve.GatewayNameLabel] == g.Name
}

func istioServer(o config.Typed[*networkingv1.Gateway], i int, s *networkingapi.Server) gatewayServer {
	out := gatewayServer{
		by: o.Ref(), internal: o.Ref().Path(), origin: o.Origin, field: resolve.Path("spec", "servers").Index(i),
		port:     int32(s.GetPort().GetNumber()),
		protocol: resolve.ServicePortProtocol(0, s.GetPort().GetProtocol(), false, nil),
	}
	out.merging, out.takes = mergingOf(o.As.CreationTimestamp.Time, out.by, i, s, out.protocol), takesOf(s, out.protocol)
	if s.GetTls() != nil && !(s.GetTls().GetHttpsRedirect() && out.protocol == resolve.ProtocolHTTP) {
		out.tls, out.ofMesh = serverTLS(s.GetTls()), s.GetTls().GetMode() == networkingapi.ServerTLSSettings_ISTIO_MUTUAL
	}
	return out
}

// serverPorts adds the ports on which a gateway's proxy listens.
func (d *decider) serverPorts(set *portSet, services []*Service) {
	var listening []gatewayServer
	for _, s := range d.servers {
		for _, s.listens = range d.portsOf(&s, services) {
			listening = append(listening, s)
		}
	}
	d.servers = listening
	merge(d.servers)
	spoken := map[int32]bool{}
	for _, kept := range []bool{false, true} { // what is kept has the last word
		for i := range d.servers {
			s := &d.servers[i]
			if s.dropped.IsZero() != kept {
				continue
			}
			if p := set.at(s.listens, false); len(p.Services) == 0 || p.Protocol == resolve.ProtocolAuto || spoken[s.listens] {
				p.Protocol, spoken[s.listens] = s.protocol, true
			}
		}
	}
	d.workload.Servers = keptServers(d.servers)
}

// portsOf are the ports of the proxy for a server: of one that is reached by Services alone all
// targets of its port, which may be none.
func (d *decider) portsOf(s *gatewayServer, services []*Service) []int32 {
	if len(s.through) == 0 {
		return []int32{d.listensOn(s.port, services)}
	}
	var ports []int32
	for _, one := range s.through {
		for i, sp := range one.Ports {
			if target, ok := d.target(sp); ok && sp.Port == s.port && !sp.UDP && !d.again(one.Ports[:i], sp.Protocol, target) && !slices.Contains(ports, target) {
				ports = append(ports, target)
			}
		}
	}
	return ports
}

// listensOn translates a server's port: the target of the first Service port of
// that number, oldest Service first, else the number itself.
func (d *decider) listensOn(port int32, services []*Service) int32 {
	for _, s := range services {
		if _, untranslated := s.Labels[resolve.UntranslatedPortLabel]; untranslated {
			continue
		}
		for i, sp := range s.Ports {
			if target, ok := d.target(sp); ok && sp.Port == port && !sp.UDP && !d.again(s.Ports[:i], sp.Protocol, target) {
				return target
			}
		}
	}
	return port
}

// again reports ports before another that have its target and protocol: of those istiod knows the
// first.
func (d *decider) again(before []ServicePortSpec, protocol resolve.Protocol, target int32) bool {
	return slices.ContainsFunc(before, func(sp ServicePortSpec) bool {
		other, ok := d.target(sp)
		return ok && other == target && sp.Protocol == protocol
	})
}

// byServer is the decision of a gateway's port: the servers on it decide, never
// a PeerAuthentication (2.15).
func (d *decider) byServer(p *Port) resolve.Decision {
	var on, dropped []gatewayServer
	for _, s := range d.servers {
		switch {
		case s.listens != p.Number:
		case s.dropped.IsZero():
			on = append(on, s)
		default:
			dropped = append(dropped, s)
		}
	}
	switch use, reserved := resolve.ReservedPorts[p.Number]; {
	case len(on) > 0:
	case reserved:
		return d.none(resolve.Because(resolve.CauseGatewayOwnPort, resolve.Details{Text: use}))
	case p.Number == pod.StatusPort(d.pod):
		return d.none(resolve.Because(resolve.CauseGatewayOwnPort, resolve.Details{Text: resolve.StatusUse}))
	default:
		out := d.none(resolve.Reason{Cause: resolve.CauseNoServer})
		out.Shadowed = shadows(dropped)
		return out
	}
	first := on[0]
	out := resolve.Decision{Mode: resolve.Disable, Scope: resolve.ScopeListener, By: first.by, Field: first.field, Origin: first.origin, Why: resolve.Because(resolve.CauseServerPlaintext, resolve.Details{By: first.by})}
	var settings []string
	for _, s := range on {
		if s.tls != "" && !slices.Contains(settings, s.tls) {
			settings = append(settings, s.tls)
		}
	}
	plain := slices.ContainsFunc(on, func(s gatewayServer) bool { return s.tls == "" })
	if p.Listener = strings.Join(settings, "; "); plain && len(settings) > 0 {
		out.Mode, out.Why = resolve.Unknown, resolve.Because(resolve.CauseServersMixed, resolve.Details{By: first.by, Text: p.Listener})
	} else if len(settings) > 0 {
		out.Mode, out.Field = resolve.TLS, first.field.Child("tls")
		out.Why = resolve.Because(resolve.CauseServerTLS, resolve.Details{By: first.by, Text: p.Listener})
		out.OfMesh = !slices.ContainsFunc(on, func(s gatewayServer) bool { return !s.ofMesh })
	}
	out.Shadowed = shadows(dropped)
	return out
}

// shadows are servers that istiod leaves out.
func shadows(dropped []gatewayServer) (list []resolve.Shadow) {
	for _, s := range dropped {
		mode := resolve.Disable
		if s.tls != "" {
			mode = resolve.TLS
		}
		list = append(list, resolve.Shadow{By: s.by, Field: s.field, Mode: mode, Origin: s.origin, Why: s.dropped})
	}
	return list
}
