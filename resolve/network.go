package resolve

import (
	"net/netip"

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
