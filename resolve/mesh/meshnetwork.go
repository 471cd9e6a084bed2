package mesh

import (
	"cmp"
	"maps"
	"slices"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
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
func (m *Mesh) networksOf(p *resolve.Plane, revision string) resolve.Networks {
	n := resolve.Networks{Gateways: map[string]resolve.NetworkGateway{}}
	if ns := m.namespaceByName[p.Namespace]; ns != nil {
		n.Home = ns.Labels[resolve.NetworkLabel]
	}
	cluster := cmp.Or(m.Control.Injector(revision).Cluster, resolve.ThisCluster)
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
			n.Add(name, resolve.NetworkGateway{By: p.Source, Origin: p.Origin})
		}
	}
	slices.SortStableFunc(n.Ranges, func(a, b resolve.NetworkRange) int { return a.Prefix.Bits() - b.Prefix.Bits() })
	for _, s := range m.services {
		if !s.External || m.seen.Hides(s.Ref.Namespace) {
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
			n.Add(name, resolve.NetworkGateway{By: s.Ref, Origin: s.Origin, Assumed: s.ExternalAssumed})
		}
	}
	return n
}

// networkOfEndpoint is the network of an endpoint, "" where nothing says any: pods and addresses of
// the cluster are where their label or the cluster is, machines and addresses of
// ServiceEntries only where they say themselves.
func networkOfEndpoint(n *resolve.Networks, e *Endpoint) string {
	w := e.Workload
	switch {
	case w == nil && e.InCluster:
		return n.At(e.Address)
	case w == nil:
		return e.network
	case inbound.IsMachine(w.Ref.Kind):
		return w.Network
	case w.Labels[resolve.NetworkLabel] != "":
		return w.Labels[resolve.NetworkLabel]
	}
	return n.At(w.Addresses...)
}

// networkOf is the network that a client's proxy says it is in: by the pod's label,
// else by the injector's values. Where these are not in the input it is taken for
// that of the cluster, as Istio's installation guides set both alike.
func (m *Mesh) networkOf(w *inbound.Workload) string {
	revision := cmp.Or(w.Membership.Revision, resolve.DefaultRevision)
	n := &m.Control.Of(revision).Networks
	if len(n.Gateways) == 0 {
		return "" // it makes no difference
	}
	if inbound.IsMachine(w.Ref.Kind) {
		return w.Network
	}
	if label, ok := w.Labels[resolve.NetworkLabel]; ok {
		return label
	}
	if i := m.Control.Injector(revision); i != resolve.NoInjector {
		return i.Network
	}
	return n.Home
}
