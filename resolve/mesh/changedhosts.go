package mesh

import (
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Stirred are the names of the hosts, sorted, of which calls may end otherwise than in the
// mesh before: there are others behind them, a changed DestinationRule is about them, or a
// changed policy about their namespace; or a route leads their calls to such a host. Of meshes that were not made of one another it is
// all of them; and clients that are not SendsAs have to be asked about all others too.
func (m *Mesh) Stirred(was *Mesh, changed []resolve.Ref) []string {
	names := map[string]bool{}
	m.othersThan(was.Hosts(), names)
	for _, ref := range changed {
		for _, side := range []*Mesh{was, m} {
			side.stirredBy(ref, names)
		}
	}
	for _, side := range []*Mesh{was, m} {
		for _, h := range side.routedFrom(names) {
			names[h.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// routedFrom are the hosts from which routes lead to one of the names.
func (m *Mesh) routedFrom(names map[string]bool) (hosts []*outbound.Host) {
	if len(m.parts) == 0 {
		return m.Side.RoutedFrom(names)
	}
	for _, p := range m.parts {
		hosts = append(hosts, p.Side.RoutedFrom(names)...)
	}
	return hosts
}

// othersThan adds the names of hosts that are not the very same, of two sorted lists.
func (m *Mesh) othersThan(was []*outbound.Host, names map[string]bool) {
	is := m.Hosts()
	for len(was) > 0 && len(is) > 0 {
		switch c := was[0].Compare(is[0]); {
		case was[0] == is[0]:
			was, is = was[1:], is[1:]
		case c < 0:
			names[was[0].Name], was = true, was[1:]
		case c > 0:
			names[is[0].Name], is = true, is[1:]
		default:
			names[is[0].Name], was, is = true, was[1:], is[1:]
		}
	}
	for _, h := range slices.Concat(was, is) {
		names[h.Name] = true
	}
}

// stirredBy adds the names of the hosts that an object is about.
func (m *Mesh) stirredBy(ref resolve.Ref, names map[string]bool) {
	var about []*outbound.Host
	switch ref.Kind {
	case resolve.KindDestinationRule:
		if r := m.RuleNamed(ref); r != nil {
			about = m.HostsUnder(r.FQDN)
		}
	case resolve.KindVirtualService, resolve.KindHTTPRoute, resolve.KindGRPCRoute, resolve.KindTCPRoute, resolve.KindTLSRoute:
		if about = m.Side.Routed(ref); len(m.parts) > 0 {
			about = m.Hosts()
		}
	case resolve.KindPeerAuthentication:
		if about = m.HostsIn(ref.Namespace); len(m.parts) > 0 || m.isRoot(ref.Namespace) {
			about = m.Hosts()
		}
	}
	for _, h := range about {
		names[h.Name] = true
	}
}
