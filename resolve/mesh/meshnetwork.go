package mesh

import (
	"cmp"
	"maps"
	"slices"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// knowNetworks tells every control plane what networks there are.
func (m *Mesh) knowNetworks() {
	for revision, p := range m.Control.Planes {
		p.Networks = networksIn(m, p, revision)
	}
	if len(m.Control.Planes) == 0 {
		m.Control.First.Networks = networksIn(m, m.Control.First, resolve.DefaultRevision)
	}
}

// joinNetworks does so for every group of clusters that are one mesh.
func joinNetworks(parts []*Mesh) {
	controls := make([]*config.Control, len(parts))
	for i, p := range parts {
		controls[i] = p.Control
	}
	for _, group := range config.Trusting(controls) {
		clusters := make([]*Mesh, len(group))
		for i, n := range group {
			clusters[i] = parts[n]
		}
		joinNetworksOf(clusters)
	}
}

// joinNetworksOf tells every control plane of clusters that are one mesh what networks there are in
// the others, and which gateways stand there (3.9.5).
func joinNetworksOf(clusters []*Mesh) {
	for _, m := range clusters {
		tell := func(p *config.Plane, revision string) {
			p.Networks.Beside = map[string]*config.Networks{}
			for _, other := range clusters {
				if other == m {
					continue
				}
				beside := networksIn(other, p, revision)
				for _, name := range slices.Sorted(maps.Keys(beside.Gateways)) {
					p.Networks.Add(name, beside.Gateways[name])
				}
				beside.Gateways = nil
				p.Networks.Beside[other.cluster] = &beside
			}
		}
		for revision, p := range m.Control.Planes {
			tell(p, revision)
		}
		if len(m.Control.Planes) == 0 {
			tell(m.Control.First, resolve.DefaultRevision)
		}
	}
}

// networksIn puts together what a control plane knows of a cluster: by its configuration, the label
// of its namespace there, and the Services there that are gateways.
func networksIn(m *Mesh, p *config.Plane, revision string) config.Networks {
	n := config.Networks{Gateways: map[string]config.NetworkGateway{}}
	if ns := m.namespaceByName[p.Namespace]; ns != nil {
		n.Default = ns.Labels[resolve.NetworkLabel]
	}
	cluster := cmp.Or(m.Control.Injector(revision).Cluster, m.cluster, config.ThisCluster)
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
