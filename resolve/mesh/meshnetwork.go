package mesh

import (
	"cmp"
	"maps"
	"slices"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// joinNetworks tells every control plane what networks there are.
func (m *Mesh) joinNetworks() {
	for revision, p := range m.Control.Planes {
		p.Networks = m.networksOf(p, revision)
	}
	if len(m.Control.Planes) == 0 {
		m.Control.First.Networks = m.networksOf(m.Control.First, resolve.DefaultRevision)
	}
}

// networksOf puts together what a control plane knows: its configuration, the label
// of its namespace, and the Services that are gateways.
func (m *Mesh) networksOf(p *config.Plane, revision string) config.Networks {
	n := config.Networks{Gateways: map[string]config.NetworkGateway{}}
	if ns := m.namespaceByName[p.Namespace]; ns != nil {
		n.Default = ns.Labels[resolve.NetworkLabel]
	}
	cluster := cmp.Or(m.Control.Injector(revision).Cluster, config.ThisCluster)
	registered := map[string][]string{} // networks by the host of their gateway
	for _, name := range slices.Sorted(maps.Keys(p.MeshNetworks.GetNetworks())) {
		network := p.MeshNetworks.GetNetworks()[name]
		if n.Endpoints(name, network, cluster) {
			for _, g := range network.GetGateways() {
				if service := g.GetRegistryServiceName(); service != "" {
					registered[service] = append(registered[service], name)
				}
			}
		}
		if slices.ContainsFunc(network.GetGateways(), func(g *meshv1alpha1.Network_IstioNetworkGateway) bool { return g.GetAddress() != "" }) {
			n.Add(name, config.NetworkGateway{By: p.Source, Origin: p.Origin})
		}
	}
	slices.SortStableFunc(n.Ranges, func(a, b config.NetworkRange) int { return a.Prefix.Bits() - b.Prefix.Bits() })
	for _, s := range m.services {
		if !s.External || m.discovery.Hides(s.Ref.Namespace) {
			continue
		}
		leads := registered[s.Ref.Name+"."+s.Ref.Namespace+".svc."+resolve.ClusterDomain]
		if label := s.Labels[resolve.NetworkLabel]; label != "" {
			leads = nil
			if s.TakesNetworks() {
				leads = []string{label}
			}
		}
		for _, name := range leads {
			n.Add(name, config.NetworkGateway{By: s.Ref, Origin: s.Origin, Assumed: s.ExternalAssumed})
		}
	}
	return n
}
