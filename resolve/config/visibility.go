package config

import (
	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// Visibility is how far serviceEntryVisibility of a mesh configuration lets a ServiceEntry be
// seen: all that it may come to, of which there are several where the labels of the namespace are
// not in the input. The zero Visibility does not limit it.
type Visibility uint8

// What it may come to (3.1.2).
const (
	SeenByAll Visibility = 1 << iota
	SeenInNamespace
	SeenByNobody
)

var visibilities = map[meshv1alpha1.ServiceEntryVisibility_Visibility]Visibility{
	meshv1alpha1.ServiceEntryVisibility_NAMESPACE: SeenInNamespace, meshv1alpha1.ServiceEntryVisibility_NONE: SeenByNobody,
}

// Hides reports whether an entry of namespace own is kept from clients of another: perhaps, and
// certainly.
func (v Visibility) Hides(client, own string) (perhaps, certainly bool) {
	hiding := SeenByNobody
	if client != own {
		hiding |= SeenInNamespace
	}
	return v&hiding != 0, v&hiding != 0 && v&^hiding == 0
}

// LimitsEntries reports whether ServiceEntries are limited at all by the mesh configuration, and
// whether sidecars and gateways keep to that; ztunnel and waypoints always do.
func (p *Plane) LimitsEntries() (limits, envoys bool) {
	v := p.Config.GetServiceEntryVisibility()
	limits = v != nil && p.Has(release.EntryVisibility)
	return limits, limits && v.GetApplyToSidecars()
}

// VisibilityIn is how far the ServiceEntries of a namespace are seen: the first policy whose rules
// all match decides, else the default.
func (p *Plane) VisibilityIn(ns *Namespace) Visibility {
	if limits, _ := p.LimitsEntries(); !limits {
		return 0
	}
	var all Visibility
	for _, policy := range p.Config.GetServiceEntryVisibility().GetPolicies() {
		perhaps, certainly := true, true
		for _, rule := range policy.GetMatchingRules() {
			some, sure := ns.matches(rule.GetNamespaceSelector())
			perhaps, certainly = perhaps && some, certainly && sure
		}
		if perhaps {
			all |= seen(policy.GetVisibility())
		}
		if certainly {
			return all
		}
	}
	return all | seen(p.Config.GetServiceEntryVisibility().GetDefaultVisibility())
}

func seen(v meshv1alpha1.ServiceEntryVisibility_Visibility) Visibility {
	if is, ok := visibilities[v]; ok {
		return is
	}
	return SeenByAll
}

// matches reports whether a selector picks the namespace: perhaps, and certainly. One that is
// absent or not valid picks none.
func (n *Namespace) matches(s *meshv1alpha1.LabelSelector) (perhaps, certainly bool) {
	if s == nil {
		return false, false
	}
	selector, err := meshSelector(s)
	if err != nil {
		return false, false
	}
	matches := selector.Matches(n.labelSet())
	requirements, _ := selector.Requirements()
	for _, r := range requirements {
		if !n.Known && r.Key() != resolve.NamespaceNameLabel { // its labels are not in the input
			return true, false
		}
	}
	return matches, matches
}

// labelSet are the labels of the namespace with the one that the API server adds.
func (n *Namespace) labelSet() labels.Set {
	set := labels.Set{resolve.NamespaceNameLabel: n.Name}
	for k, v := range n.Labels {
		set[k] = v
	}
	return set
}

// meshSelector is a selector of a mesh configuration as Kubernetes knows selectors.
func meshSelector(s *meshv1alpha1.LabelSelector) (labels.Selector, error) {
	selector := &metav1.LabelSelector{MatchLabels: s.GetMatchLabels()}
	for _, e := range s.GetMatchExpressions() {
		selector.MatchExpressions = append(selector.MatchExpressions, metav1.LabelSelectorRequirement{
			Key: e.GetKey(), Operator: metav1.LabelSelectorOperator(e.GetOperator()), Values: e.GetValues(),
		})
	}
	return metav1.LabelSelectorAsSelector(selector)
}
