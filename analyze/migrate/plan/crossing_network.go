package plan

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// network is the policies of the network, by namespace; "" for those of the cluster. The network
// sees an HBONE call as a connection to port 15008 (3.6.11).
type network struct {
	parts map[string][]networkPart
	// serving are the ports of all workloads.
	serving map[int32]bool
}

type networkPart struct {
	*resolve.NetworkPolicyPart
	object   resolve.Object
	selector labels.Selector
}

func networkOf(m *mesh.Mesh) *network {
	n := &network{map[string][]networkPart{}, map[int32]bool{}}
	for _, kind := range resolve.NetworkPolicyKinds {
		for _, o := range m.Objects(kind) {
			policy, ok := o.Value.(*resolve.NetworkPolicy)
			if !ok {
				continue
			}
			for i := range policy.Parts {
				if selector, err := metav1.LabelSelectorAsSelector(&policy.Parts[i].Selector); err == nil {
					n.parts[policy.Namespace] = append(n.parts[policy.Namespace], networkPart{&policy.Parts[i], o, selector})
				}
			}
		}
	}
	if len(n.parts) == 0 {
		return n
	}
	for _, w := range m.Workloads() {
		for i := range w.Ports {
			n.serving[w.Ports[i].Number] = w.Ports[i].Protocol != resolve.ProtocolUDP || n.serving[w.Ports[i].Number]
		}
	}
	return n
}

// blocks is the rule that lets calls to or from a workload pass today, and not as HBONE; nil where
// there is none.
func (n *network) blocks(w *inbound.Workload) *advise.Reason {
	if why := n.blocksInto(w); why != nil {
		return why
	}
	for _, part := range n.on(w) {
		for i := range part.Egress {
			r := &part.Egress[i]
			if !r.Pods && !r.AnyPeer || r.Has(resolve.HBONEPort, "") {
				continue
			}
			for _, port := range sortedPorts(n.serving) {
				if r.Has(port, "") {
					return part.reason(r, fmt.Sprintf("calls from %s to port %d", w.Ref.Typed(), port))
				}
			}
		}
	}
	return nil
}

// blocksInto is the same for calls to a workload.
func (n *network) blocksInto(w *inbound.Workload) *advise.Reason {
	for _, part := range n.on(w) {
		for i := range part.Ingress {
			r := &part.Ingress[i]
			if r.Has(resolve.HBONEPort, "") {
				continue
			}
			for j := range w.Ports {
				if p := &w.Ports[j]; p.Protocol != resolve.ProtocolUDP && r.Has(p.Number, p.Name) {
					return part.reason(r, fmt.Sprintf("calls to port %d of %s", p.Number, w.Ref.Typed()))
				}
			}
		}
	}
	return nil
}

// on are the parts that select a workload.
func (n *network) on(w *inbound.Workload) []networkPart {
	if w.HostNetwork || len(n.parts) == 0 {
		return nil
	}
	set := labels.Set{resolve.NamespaceOfPod: w.Ref.Namespace}
	for k, v := range w.Labels {
		set[k] = v
	}
	return slices.DeleteFunc(slices.Concat(n.parts[w.Ref.Namespace], n.parts[""]), func(p networkPart) bool { return !p.selector.Matches(set) })
}

func (p *networkPart) reason(r *resolve.NetworkRule, calls string) *advise.Reason {
	return &advise.Reason{
		Text: fmt.Sprintf("%s allows %s, but not to port 15008: HBONE calls would be dropped (3.6.11)", p.object.Ref(), calls),
		By:   p.object.Ref(), Position: p.object.Origin.At(r.Field), Fix: "add port 15008 (TCP) to the rule",
	}
}

func sortedPorts(ports map[int32]bool) (out []int32) {
	for port, tcp := range ports {
		if tcp {
			out = append(out, port)
		}
	}
	slices.Sort(out)
	return out
}
