package outbound

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// scope is which hosts the proxies of one class know (3.1.2).
type scope struct {
	// listed is what a Sidecar resource lets through, by host, with the ports that
	// it leaves (nil: all). A nil map is the default: every host that is visible.
	listed map[*hostID]map[int32]bool
	byName map[string]*hostID
	// via are those that only a VirtualService leads to.
	via map[*hostID]resolve.Ref
	// routed are hosts of the clients' own namespace that are not exported to it and
	// that a VirtualService leads to all the same, with ports as in listed.
	routed map[*hostID]map[int32]bool
	// registryOnly is REGISTRY_ONLY: calls to other hosts are refused.
	registryOnly bool
	// dynamic is ALLOW_ANY_DYNAMIC_DNS: HTTP to other hosts goes to where DNS says, with the tls
	// of the mesh configuration (3.1.3). nil for any other mode.
	dynamic *meshv1alpha1.MeshConfig_OutboundTrafficPolicy
}

// scopeOf computes the scope of a class.
func (side *Side) scopeOf(c *ClientClass) *scope {
	policy := side.In.Control.Of(c.Revision).Config.GetOutboundTrafficPolicy()
	s := &scope{registryOnly: policy != nil && policy.GetMode().String() == "REGISTRY_ONLY"}
	if policy.GetMode() == meshv1alpha1.MeshConfig_OutboundTrafficPolicy_ALLOW_ANY_DYNAMIC_DNS && c.plane.Has(release.AnyDynamicDNS) && !c.traits().gateway {
		s.dynamic = policy
	}
	if c.sidecar == nil {
		side.route(s, c)
		return s
	}
	spec := &c.sidecar.As.Spec
	if p := spec.GetOutboundTrafficPolicy(); p != nil {
		s.registryOnly, s.dynamic = p.GetMode() == networkingapi.OutboundTrafficPolicy_REGISTRY_ONLY, nil
	}
	if len(spec.GetEgress()) == 0 {
		side.route(s, c)
		return s
	}
	s.listed, s.byName, s.via = map[*hostID]map[int32]bool{}, map[string]*hostID{}, map[*hostID]resolve.Ref{}
	for _, l := range spec.GetEgress() {
		side.listen(s, c, l)
	}
	return s
}

// egress is the hosts of one egress listener, by namespace; "*" is any.
type egress struct {
	imports, excludes map[string][]string
	// port is set where the listener serves one port only.
	port int32
}

func newEgress(c *ClientClass, l *networkingapi.IstioEgressListener) egress {
	e := egress{imports: map[string][]string{}, excludes: map[string][]string{}}
	if p := l.GetPort(); p.GetNumber() != 0 && !strings.EqualFold(p.GetProtocol(), "HTTP_PROXY") {
		e.port = int32(p.GetNumber())
	}
	for _, entry := range l.GetHosts() {
		ns, host, ok := strings.Cut(entry, "/")
		if !ok || strings.Contains(host, "/") {
			continue // Istio's validation refuses it
		}
		into := e.imports
		if rest, excluded := strings.CutPrefix(ns, "~"); excluded && c.plane.Has(release.ExcludedHosts) {
			into, ns = e.excludes, cmp.Or(rest, "*")
		}
		if ns == "." {
			ns = c.Namespace
		}
		into[ns] = append(into[ns], host)
	}
	return e
}

func (e egress) has(list map[string][]string, namespace, host string, match func(a, b string) bool) bool {
	hit := func(entry string) bool { return match(host, entry) }
	return slices.ContainsFunc(list[namespace], hit) || slices.ContainsFunc(list["*"], hit)
}

// routes reports whether the listener imports a VirtualService by one of its hosts.
func (e egress) routes(namespace, host string) bool {
	return e.has(e.imports, namespace, host, resolve.Overlaps) && !e.has(e.excludes, namespace, host, resolve.SubsetOf)
}

// lets reports whether the listener imports a host.
func (e egress) lets(h *Host) bool {
	return e.has(e.imports, h.Namespace, h.Name, resolve.SubsetOf) && !e.has(e.excludes, h.Namespace, h.Name, resolve.SubsetOf)
}

// listen adds what one egress listener imports: hosts that it names, and the
// destinations of VirtualServices that it imports.
func (side *Side) listen(s *scope, c *ClientClass, l *networkingapi.IstioEgressListener) {
	e, namespace := newEgress(c, l), c.Namespace
	for _, h := range side.imported(e, c) {
		delete(s.via, h.id)
		if e.found(c) {
			s.addOwn(h, e.port)
		} else {
			s.add(h, e.port)
		}
	}
	for _, v := range side.routes.in(slices.Sorted(maps.Keys(e.imports))) {
		if !v.Exports.VisibleIn(namespace, v.Namespace) {
			continue
		}
		if !slices.ContainsFunc(v.hosts, func(host string) bool { return e.routes(v.Namespace, host) }) {
			continue
		}
		for d := range v.destinationsFor(namespace) {
			if h := side.importedByRoute(d.Host, c); h != nil && (e.port == 0 && d.Port == 0 || h.owns(cmp.Or(e.port, d.Port))) {
				if _, known := s.listed[h.id]; !known {
					s.via[h.id] = v.Ref
				}
				s.addOwn(h, cmp.Or(e.port, d.Port))
			}
		}
	}
}

// candidates are the hosts that a listener can import at all: those that it names, and
// where it names a wildcard those of the namespace, or all.
func (side *Side) candidates(e egress) []*Host {
	if slices.ContainsFunc(e.imports["*"], resolve.IsWildcard) {
		return side.hosts
	}
	var out []*Host
	for _, ns := range slices.Sorted(maps.Keys(e.imports)) {
		if slices.ContainsFunc(e.imports[ns], resolve.IsWildcard) {
			out = append(out, side.hostsByNamespace[ns]...)
			continue
		}
		for _, name := range e.imports[ns] {
			out = append(out, side.hostsByName[name]...)
		}
	}
	return out
}

// found reports a listener that names only hosts of namespaces: istiod looks them up in its index,
// as they stand there.
func (e egress) found(c *ClientClass) bool {
	for ns, hosts := range e.imports {
		if ns == "*" || slices.ContainsFunc(hosts, resolve.IsWildcard) {
			return false
		}
	}
	return c.plane.Has(release.ExactHosts)
}

// kept reports the one host of its name and namespace that istiod's index keeps: a Kubernetes
// Service, else the oldest.
func (side *Side) kept(h *Host) bool {
	return !slices.ContainsFunc(side.hostsByName[h.Name], func(o *Host) bool {
		if o == h || o.Namespace != h.Namespace || o.Kubernetes != h.Kubernetes {
			return o.Namespace == h.Namespace && o.Kubernetes && !h.Kubernetes
		}
		return cmp.Or(o.created.Compare(h.created), cmp.Compare(o.Ref.Name, h.Ref.Name)) < 0
	})
}

// imported are the hosts that a listener names, for each name the one that the
// clients of the namespace prefer among those named.
func (side *Side) imported(e egress, c *ClientClass) []*Host {
	namespace, exact := c.Namespace, e.found(c)
	best, out := map[string]*Host{}, []*Host(nil)
	for _, h := range side.candidates(e) {
		if !h.visibleTo(c) || !e.lets(h) || e.port != 0 && h.Port(e.port) == nil || exact && !side.kept(h) {
			continue
		}
		if b := best[h.Name]; b == nil || h.before(b, namespace) {
			best[h.Name] = h
		}
	}
	for _, name := range slices.Sorted(maps.Keys(best)) {
		out = append(out, best[name])
	}
	return out
}

// add lets a host through, on one port where port is set. An earlier listener's
// host of the same name stays, unless this one is of Kubernetes and that is not.
func (s *scope) add(h *Host, port int32) {
	if other := s.byName[h.Name]; other != nil && other != h.id {
		if other.kubernetes || !h.Kubernetes {
			return
		}
		delete(s.listed, other)
	}
	addPort(s.listed, h.id, port)
	s.byName[h.Name] = h.id
}

// addOwn is add for a host as it stands, without ports that only younger entries have.
func (s *scope) addOwn(h *Host, port int32) {
	if port != 0 || h.merged == 0 {
		s.add(h, port)
		return
	}
	for _, p := range h.Ports[:len(h.Ports)-h.merged] {
		s.add(h, p.Number)
	}
}

// addPort adds a port to those of a host, all of them for 0.
func addPort(list map[*hostID]map[int32]bool, h *hostID, port int32) {
	ports, known := list[h]
	switch {
	case known && ports == nil:
		return
	case port == 0:
		list[h] = nil
	case !known:
		list[h] = map[int32]bool{port: true}
	default:
		ports[port] = true
	}
}

// same reports that the proxies of two classes know the same.
func (s *scope) same(o *scope) bool {
	samePorts := func(a, b map[int32]bool) bool { return (a == nil) == (b == nil) && maps.Equal(a, b) }
	return s.registryOnly == o.registryOnly && s.dynamic == o.dynamic && (s.listed == nil) == (o.listed == nil) && maps.EqualFunc(s.listed, o.listed, samePorts) &&
		maps.Equal(s.byName, o.byName) && maps.Equal(s.via, o.via) && maps.EqualFunc(s.routed, o.routed, samePorts)
}
