package config

import (
	"net/netip"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// EastWestPort is where an east-west gateway takes mTLS unless its Service says
// otherwise.
const EastWestPort = 15443

// ThisCluster is what a cluster calls itself where the injector's values do not say.
const ThisCluster = "Kubernetes"

// Networks is what one control plane knows of the networks of its mesh (3.4.7).
// The zero value is a mesh of one network.
type Networks struct {
	// Default is the network of pods and clients that say none themselves.
	Default string
	Ranges  []NetworkRange
	// Gateways are the networks that are reached through a gateway.
	Gateways map[string]NetworkGateway
	// Beside is the same for the addresses of other clusters of the mesh, by name, without gateways.
	Beside map[string]*Networks
}

// NetworkRange puts addresses into a network.
type NetworkRange struct {
	Prefix  netip.Prefix
	network string
}

// NetworkGateway is the first gateway into a network.
type NetworkGateway struct {
	By     resolve.Ref
	Origin resolve.Origin
	// Assumed is true where nothing says that the gateway has an external address.
	Assumed bool
}

// Endpoints reads which addresses are in a network; own is true where those of
// this cluster are.
func (n *Networks) Endpoints(name string, network *meshv1alpha1.Network, cluster string) (own bool) {
	for _, e := range network.GetEndpoints() {
		own = own || e.GetFromRegistry() == cluster
		if prefix, err := netip.ParsePrefix(e.GetFromCidr()); err == nil {
			n.Ranges = append(n.Ranges, NetworkRange{prefix, name})
		}
	}
	if own && n.Default == "" {
		n.Default = name
	}
	return own
}

// Add is the first gateway into a network; later ones change nothing.
func (n *Networks) Add(name string, g NetworkGateway) {
	if _, known := n.Gateways[name]; !known {
		n.Gateways[name] = g
	}
}

// In is what is known of a cluster of the mesh: itself for its own.
func (n *Networks) In(cluster string) *Networks {
	if other := n.Beside[cluster]; other != nil {
		return other
	}
	return n
}

// At is the network of an address of the cluster that has no label.
func (n *Networks) At(addresses ...string) string {
	if n.Default != "" || len(addresses) == 0 {
		return n.Default
	}
	ip, err := netip.ParseAddr(addresses[0])
	if err != nil {
		return ""
	}
	for _, r := range n.Ranges { // the widest comes first, as in istiod
		if r.Prefix.Contains(ip) {
			return r.network
		}
	}
	return ""
}
