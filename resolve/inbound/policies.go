package inbound

import (
	"maps"
	"slices"
	"sync"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
)

// PolicyIndex finds the policies that speak about a workload.
type PolicyIndex struct {
	control *config.Control
	spaces  map[string]*policySpace
	// shared holds the part of a chain that all workloads of a namespace and
	// revision have in common.
	shared sync.Map // of *wideChain by wideKey
}

// policySpace is the policies of one namespace, each list in Istio's order.
type policySpace struct {
	unselected []*PeerAuthentication // without selector
	selecting  *resolve.SelectorIndex[*PeerAuthentication]
}

// NewPolicyIndex files policies by namespace and selector.
func NewPolicyIndex(k *config.Control, policies []*PeerAuthentication) *PolicyIndex {
	x := &PolicyIndex{control: k, spaces: map[string]*policySpace{}}
	byNamespace := map[string][]*PeerAuthentication{}
	for _, p := range policies {
		byNamespace[p.Ref.Namespace] = append(byNamespace[p.Ref.Namespace], p)
	}
	for ns, list := range byNamespace {
		x.spaces[ns] = newPolicySpace(list)
	}
	return x
}

func newPolicySpace(list []*PeerAuthentication) *policySpace {
	space := &policySpace{selecting: resolve.NewSelectorIndex(list, func(p *PeerAuthentication) map[string]string { return p.Selector })}
	for _, p := range list {
		if len(p.Selector) == 0 {
			space.unselected = append(space.unselected, p)
		}
	}
	return space
}

// With is the index of other policies, which differ from those before in some namespaces
// only. all is set where one of these is a root namespace.
func (x *PolicyIndex) With(policies []*PeerAuthentication, touched map[string]bool, all bool) *PolicyIndex {
	n := &PolicyIndex{control: x.control, spaces: maps.Clone(x.spaces)}
	byNamespace := map[string][]*PeerAuthentication{}
	for _, p := range policies {
		if touched[p.Ref.Namespace] {
			byNamespace[p.Ref.Namespace] = append(byNamespace[p.Ref.Namespace], p)
		}
	}
	for ns := range touched {
		delete(n.spaces, ns)
		if list := byNamespace[ns]; len(list) > 0 {
			n.spaces[ns] = newPolicySpace(list)
		}
	}
	if !all {
		x.shared.Range(func(key, chain any) bool {
			if !touched[key.(wideKey).namespace] {
				n.shared.Store(key, chain)
			}
			return true
		})
	}
	return n
}

// unselected lists the policies without selector of a namespace.
func (x *PolicyIndex) unselected(namespace string) []*PeerAuthentication {
	if s := x.spaces[namespace]; s != nil {
		return s.unselected
	}
	return nil
}

// selecting lists the policies of a namespace whose selector picks the labels.
func (x *PolicyIndex) selecting(namespace string, labels map[string]string) []*PeerAuthentication {
	if s := x.spaces[namespace]; s != nil {
		return s.selecting.Matching(labels)
	}
	return nil
}

// SelectorKeys are those of perPodLabels that any selector of the input uses.
func SelectorKeys(services []*Service, policies []*PeerAuthentication, c *config.Collection) map[string]bool {
	used := map[string]bool{}
	add := func(selector map[string]string) {
		for k := range selector {
			if slices.Contains(pod.PerPodLabels, k) {
				used[k] = true
			}
		}
	}
	for _, s := range services {
		add(s.Selector)
	}
	for _, p := range policies {
		add(p.Selector)
	}
	for _, s := range c.Sidecars {
		add(s.As.Spec.GetWorkloadSelector().GetLabels())
	}
	for _, g := range c.Gateways {
		add(g.As.Spec.GetSelector())
	}
	return used
}
