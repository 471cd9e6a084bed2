package resolve

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// NamespaceOfPod is the label by which selectors of Cilium name the namespace of a pod.
const NamespaceOfPod = "io.kubernetes.pod.namespace"

// NetworkPolicy is a NetworkPolicy of Kubernetes, or one of Cilium's, as far as it names ports. The
// network enforces it outside of the pod, where HBONE is a connection to port 15008.
type NetworkPolicy struct {
	metav1.ObjectMeta
	Parts []NetworkPolicyPart
}

// NetworkPolicyPart is one selector with its rules: Cilium has policies of several.
type NetworkPolicyPart struct {
	Selector metav1.LabelSelector
	// Ingress and Egress are the rules of a direction, nil for one that the part does not limit;
	// empty ones let nothing pass.
	Ingress, Egress []NetworkRule
}

// NetworkRule lets connections pass.
type NetworkRule struct {
	Field Field
	// Ports are where to, none for all.
	Ports []NetworkPort
	// Pods is true for a rule whose other side are pods, AnyPeer for one that does not say.
	Pods, AnyPeer bool
	// Peers are the other sides of a rule for connections to pods.
	Peers []NetworkPeer
}

// NetworkPeer is who a rule lets in.
type NetworkPeer struct {
	// Namespaces and Pods are nil for the namespace of the policy, and for all pods.
	Namespaces, Pods *metav1.LabelSelector
	// Elsewhere is a peer by address or entity: it may be a pod or not.
	Elsewhere bool
}

// NetworkPort is a port, or a range of them.
type NetworkPort struct {
	Field Field
	// Name is that of a port of the pod's, "" for a number; 0 is every port.
	Name     string
	From, To int32
	// TCP is false for other protocols.
	TCP bool
}

// Has reports whether the rule lets TCP connections to a port pass, by its number or its name.
func (r *NetworkRule) Has(number int32, name string) bool {
	if len(r.Ports) == 0 {
		return true
	}
	for _, p := range r.Ports {
		if p.TCP && (p.Name != "" && p.Name == name || p.Name == "" && (p.From == 0 || p.From <= number && number <= max(p.From, p.To))) {
			return true
		}
	}
	return false
}
