package conformance

import (
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pkg/config/mesh"
)

// networkLabel puts pods, and Services that are gateways, into a network.
const networkLabel = "topology.istio.io/network"

// inNetwork stands for all endpoints of a network that is reached through a
// gateway: istiod puts the gateway's address in their place (3.4.7).
func inNetwork(name string) string { return "network " + name }

// allLeftOut stands for a cluster whose endpoints are all in other networks and
// left out there: what it would send does not matter.
const allLeftOut = "all left out"

// networks are those of ConfigMap istio, nil for none.
func (w world) networks() (*meshv1alpha1.MeshNetworks, error) {
	for _, d := range w {
		if text := d.text("data", "meshNetworks"); d.kind() == "ConfigMap" && d.name() == "istio" && text != "" {
			return mesh.ParseMeshNetworks(text)
		}
	}
	return nil, nil
}

// home is the network that this cluster is said to be in.
func home(networks *meshv1alpha1.MeshNetworks) string {
	for _, name := range slices.Sorted(maps.Keys(networks.GetNetworks())) {
		for _, e := range networks.GetNetworks()[name].GetEndpoints() {
			if e.GetFromRegistry() == "Kubernetes" {
				return name
			}
		}
	}
	return ""
}

// networkOf plays the injector, of which an installation says the cluster's network.
func networkOf(labels map[string]string, home string) string {
	if name, ok := labels[networkLabel]; ok {
		return name
	}
	return home
}

// giveAddress plays the cloud that gives load balancers their address.
func giveAddress(s *corev1.Service, n int) {
	if s.Spec.Type == corev1.ServiceTypeLoadBalancer && len(s.Status.LoadBalancer.Ingress) == 0 {
		s.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: fmt.Sprint("203.0.113.", 100+n)}}
	}
}

// networkGateways are the networks by the address of their gateway. istiod keeps two
// lists, and learns the second, for DNS clusters, only when it looks again.
func (i *istiod) networkGateways() map[string]string {
	manager := i.PushContext().NetworkManager()
	manager.NameCache.NotifyGatewayHandlers()
	out := map[string]string{}
	for _, g := range manager.Unresolved.AllGateways() {
		out[fmt.Sprintf("%s:%d", g.Addr, g.Port)] = string(g.Network)
	}
	return out
}
