package resolve

import (
	"cmp"
	"maps"
	"slices"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
)

// joinNetworks tells every control plane what networks there are.
func (m *Mesh) joinNetworks() {
	for revision, p := range m.Control.planes {
		p.networks = m.networksOf(p, revision)
	}
	if len(m.Control.planes) == 0 {
		m.Control.first.networks = m.networksOf(m.Control.first, DefaultRevision)
	}
}

// networksOf puts together what a control plane knows: its configuration, the label
// of its namespace, and the Services that are gateways.
func (m *Mesh) networksOf(p *plane, revision string) networks {
	n := networks{gateways: map[string]networkGateway{}}
	if ns := m.namespaceByName[p.namespace]; ns != nil {
		n.home = ns.Labels[NetworkLabel]
	}
	cluster := cmp.Or(m.Control.injector(revision).Cluster, thisCluster)
	registered := map[string][]string{} // networks by the host of their gateway
	for _, name := range slices.Sorted(maps.Keys(p.meshNetworks.GetNetworks())) {
		network := p.meshNetworks.GetNetworks()[name]
		if n.endpoints(name, network, cluster) {
			for _, g := range network.GetGateways() {
				if service := g.GetRegistryServiceName(); service != "" {
					registered[service] = append(registered[service], name)
				}
			}
		}
		if slices.ContainsFunc(network.GetGateways(), func(g *meshv1alpha1.Network_IstioNetworkGateway) bool { return g.GetAddress() != "" }) {
			n.add(name, networkGateway{by: p.source, origin: p.origin})
		}
	}
	slices.SortStableFunc(n.ranges, func(a, b networkRange) int { return a.prefix.Bits() - b.prefix.Bits() })
	for _, s := range m.services {
		if !s.external || m.seen.hides(s.Ref.Namespace) {
			continue
		}
		leads := registered[s.Ref.Name+"."+s.Ref.Namespace+".svc."+ClusterDomain]
		if label := s.Labels[NetworkLabel]; label != "" {
			leads = nil
			if s.takesNetworks() {
				leads = []string{label}
			}
		}
		for _, name := range leads {
			n.add(name, networkGateway{by: s.Ref, origin: s.Origin, assumed: s.externalAssumed})
		}
	}
	return n
}

// networkOfEndpoint is the network of an endpoint, "" where nothing says any: pods and addresses of
// the cluster are where their label or the cluster is, machines and addresses of
// ServiceEntries only where they say themselves.
func networkOfEndpoint(n *networks, e *Endpoint) string {
	w := e.Workload
	switch {
	case w == nil && e.InCluster:
		return n.at(e.Address)
	case w == nil:
		return e.network
	case IsMachine(w.Ref.Kind):
		return w.network
	case w.Labels[NetworkLabel] != "":
		return w.Labels[NetworkLabel]
	}
	return n.at(w.Addresses...)
}

// networkOf is the network that a client's proxy says it is in: by the pod's label,
// else by the injector's values. Where these are not in the input it is taken for
// that of the cluster, as Istio's installation guides set both alike.
func (m *Mesh) networkOf(w *Workload) string {
	revision := cmp.Or(w.Membership.Revision, DefaultRevision)
	n := &m.Control.Of(revision).networks
	if len(n.gateways) == 0 {
		return "" // it makes no difference
	}
	if IsMachine(w.Ref.Kind) {
		return w.network
	}
	if label, ok := w.Labels[NetworkLabel]; ok {
		return label
	}
	if i := m.Control.injector(revision); i != noInjector {
		return i.Network
	}
	return n.home
}
