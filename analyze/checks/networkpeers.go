package checks

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// letIn is whether rules let a caller in.
type letIn uint8

const (
	shutOut letIn = iota
	// perhapsIn: the rule names addresses, or a namespace that the input does not show.
	perhapsIn
	surelyIn
)

// admits is whether a rule of a policy lets pods of a workload in.
func (b *blockedRules) admits(n *networkPart, r *resolve.NetworkRule, client *inbound.Workload) letIn {
	if r.AnyPeer {
		return surelyIn
	}
	best := shutOut
	for _, peer := range r.Peers {
		best = max(best, b.admitsBy(n, peer, client))
	}
	return best
}

func (b *blockedRules) admitsBy(n *networkPart, peer resolve.NetworkPeer, client *inbound.Workload) letIn {
	switch {
	case peer.Elsewhere || client.HostNetwork:
		return perhapsIn
	case !picked(peer.Pods, podLabels{client}):
		return shutOut
	case peer.Namespaces == nil && n.object.Value.GetNamespace() == client.Ref.Namespace:
		return surelyIn
	case peer.Namespaces == nil:
		return shutOut
	}
	ns := b.p.Namespace(client.Ref.Namespace)
	if ns == nil || !ns.Known {
		if len(peer.Namespaces.MatchLabels)+len(peer.Namespaces.MatchExpressions) == 0 {
			return surelyIn
		}
		return perhapsIn
	}
	set := labels.Set{corev1.LabelMetadataName: ns.Name} // the API server adds it
	for k, v := range ns.Labels {
		set[k] = v
	}
	if picked(peer.Namespaces, set) {
		return surelyIn
	}
	return shutOut
}

func picked(s *metav1.LabelSelector, of labels.Labels) bool {
	if s == nil {
		return true
	}
	selector, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && selector.Matches(of)
}

// otherPeers finds callers that rules let in to a port of an application, and that none lets in to
// port 15008, which others may use.
func (b *blockedRules) otherPeers(w *inbound.Workload, limits []*networkPart) {
	for _, d := range b.callsOf(w) {
		if b.best(limits, d.Client, func(r *resolve.NetworkRule) bool { return r.Has(resolve.HBONEPort, "") }) != shutOut {
			continue
		}
		for _, n := range limits {
			for i := range n.Ingress {
				r := &n.Ingress[i]
				for j := range w.Ports {
					if port := &w.Ports[j]; port.Protocol != resolve.ProtocolUDP && r.Has(port.Number, port.Name) && b.admits(n, r, d.Client) == surelyIn {
						one := b.add(n, r, port.Number, w)
						one.calls = append(one.calls, d)
						return
					}
				}
			}
		}
	}
}

// best is how some of the rules let a caller in.
func (b *blockedRules) best(limits []*networkPart, client *inbound.Workload, of func(*resolve.NetworkRule) bool) letIn {
	out := shutOut
	for _, n := range limits {
		for i := range n.Ingress {
			if r := &n.Ingress[i]; of(r) {
				out = max(out, b.admits(n, r, client))
			}
		}
	}
	return out
}
