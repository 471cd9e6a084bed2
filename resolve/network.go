package resolve

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strconv"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
)

// eastWestPort is where an east-west gateway takes mTLS unless its Service says
// otherwise.
const eastWestPort = 15443

// thisCluster is what a cluster calls itself where the injector's values do not say.
const thisCluster = "Kubernetes"

// networks is what one control plane knows of the networks of its mesh (3.4.7).
// The zero value is a mesh of one network.
type networks struct {
	// home is the network of pods and clients that say none themselves.
	home   string
	ranges []networkRange
	// gateways are the networks that are reached through a gateway.
	gateways map[string]networkGateway
}

// networkRange puts addresses into a network.
type networkRange struct {
	prefix  netip.Prefix
	network string
}

// networkGateway is the first gateway into a network.
type networkGateway struct {
	by     Ref
	origin Origin
	// assumed is true where nothing says that the gateway has an external address.
	assumed bool
}

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

// endpoints reads which addresses are in a network; own is true where those of
// this cluster are.
func (n *networks) endpoints(name string, network *meshv1alpha1.Network, cluster string) (own bool) {
	for _, e := range network.GetEndpoints() {
		own = own || e.GetFromRegistry() == cluster
		if prefix, err := netip.ParsePrefix(e.GetFromCidr()); err == nil {
			n.ranges = append(n.ranges, networkRange{prefix, name})
		}
	}
	if own && n.home == "" {
		n.home = name
	}
	return own
}

func (n *networks) add(name string, g networkGateway) {
	if _, known := n.gateways[name]; !known {
		n.gateways[name] = g
	}
}

// takesNetworks reports whether a labelled Service has the port on which a gateway
// takes mTLS; one with port 15008 only is for ambient.
func (s *Service) takesNetworks() bool {
	port := int32(eastWestPort)
	if p, err := strconv.ParseInt(s.Labels[GatewayPortLabel], 10, 32); err == nil {
		port = int32(p)
	}
	return slices.ContainsFunc(s.Ports, func(p ServicePortSpec) bool { return p.Port == port })
}

// at is the network of an address of the cluster that has no label.
func (n *networks) at(addresses ...string) string {
	if n.home != "" || len(addresses) == 0 {
		return n.home
	}
	ip, err := netip.ParseAddr(addresses[0])
	if err != nil {
		return ""
	}
	for _, r := range n.ranges { // the widest comes first, as in istiod
		if r.prefix.Contains(ip) {
			return r.network
		}
	}
	return ""
}

// of is the network of an endpoint, "" where nothing says any: pods and addresses of
// the cluster are where their label or the cluster is, machines and addresses of
// ServiceEntries only where they say themselves.
func (n *networks) of(e *Endpoint) string {
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
