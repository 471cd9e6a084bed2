package resolve

import "slices"

// otherMesh is a mesh that is not Istio's, and what asks it for a proxy in a pod.
type otherMesh struct {
	name string
	// key is the annotation or label that asks; asks are the values that do, refuses those
	// that do not, whatever the namespace says.
	key           string
	asks, refuses []string
	// injected are keys that a pod has once the proxy is there.
	injected []string
	// spaces is true where the namespace may ask too.
	spaces bool
}

// otherMeshes are those whose proxies take a pod's traffic as Istio's does.
// https://linkerd.io/2/features/proxy-injection/, https://developer.hashicorp.com/consul/docs/k8s/annotations-and-labels,
// https://kuma.io/docs/latest/reference/kubernetes-annotations/
var otherMeshes = []otherMesh{
	{name: "Linkerd", key: "linkerd.io/inject", asks: []string{"enabled", "ingress"}, refuses: []string{"disabled"}, injected: []string{"linkerd.io/proxy-version", "linkerd.io/control-plane-ns"}, spaces: true},
	{name: "Consul", key: "consul.hashicorp.com/connect-inject", asks: []string{"true"}, refuses: []string{"false"}, injected: []string{"consul.hashicorp.com/connect-inject-status"}},
	{name: "Kuma", key: "kuma.io/sidecar-injection", asks: []string{"enabled", "true"}, refuses: []string{"disabled", "false"}, injected: []string{"kuma.io/sidecar-injected"}, spaces: true},
}

// OtherMesh is the mesh, not Istio's, whose proxy a pod has or is to get, by the labels and
// annotations of the pod and of its namespace: "Linkerd"; "" for none.
func OtherMesh(podLabels, podAnnotations, spaceLabels, spaceAnnotations map[string]string) string {
	for i := range otherMeshes {
		m := &otherMeshes[i]
		for _, key := range m.injected {
			if podLabels[key] != "" || podAnnotations[key] != "" {
				return m.name
			}
		}
		asks, said := m.says(podLabels, podAnnotations)
		if !said && m.spaces {
			asks, _ = m.says(spaceLabels, spaceAnnotations)
		}
		if asks {
			return m.name
		}
	}
	return ""
}

// says reports whether labels or annotations ask for a proxy, and whether they say anything.
func (m *otherMesh) says(labels, annotations map[string]string) (asks, said bool) {
	for _, value := range []string{annotations[m.key], labels[m.key]} {
		if slices.Contains(m.asks, value) {
			return true, true
		}
		said = said || slices.Contains(m.refuses, value)
	}
	return false, said
}
