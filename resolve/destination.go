package resolve

import (
	"cmp"
	"slices"
	"time"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
)

// aged is a name with an age, for Istio's orders.
type aged struct {
	created time.Time
	ref     Ref
}

// DestinationRule is one rule as istiod reads it.
type DestinationRule struct {
	Ref     Ref
	Origin  Origin
	Created time.Time
	// Host is as written, FQDN what Istio makes of it (3.2.1).
	Host, FQDN string
	// Selector picks the client pods of the rule's own namespace that it is for;
	// HasSelector tells an empty one from none (3.2.7).
	Selector    map[string]string
	HasSelector bool
	// Revision is the istio.io/rev label; HasRevision tells "" from absent.
	Revision    string
	HasRevision bool

	cluster string // where it was read
	exports exportTo
	spec    *networkingapi.DestinationRule
	// backend marks a rule that istiod makes of a BackendTLSPolicy.
	backend bool
}

// Spec is the rule as written; the caller must not change it.
func (r *DestinationRule) Spec() *networkingapi.DestinationRule { return r.spec }

// ExportTo is where the rule is visible, as written; empty when it says nothing.
func (r *DestinationRule) ExportTo() []string { return r.exports }

func newDestinationRule(o Typed[*networkingv1.DestinationRule], domain string) *DestinationRule {
	spec := &o.As.Spec
	r := &DestinationRule{
		Ref: o.Ref(), Origin: o.Origin, Created: o.As.CreationTimestamp.Time,
		Host: spec.GetHost(), FQDN: fqdn(spec.GetHost(), o.As.Namespace, domain), spec: spec,
	}
	r.scope()
	r.Revision, r.HasRevision = o.As.Labels[RevisionLabel]
	return r
}

// scope reads whom the rule is for: one with a workloadSelector is always private to its
// namespace (3.2.7).
func (r *DestinationRule) scope() {
	r.Selector, r.HasSelector, r.exports = nil, false, newExportTo(r.spec.GetExportTo())
	if s := r.spec.GetWorkloadSelector(); s != nil {
		r.Selector, r.HasSelector, r.exports = s.GetMatchLabels(), true, exportTo{"."}
	}
}

// Compare orders rules in the order in which Istio merges them: those with a
// selector first, then by age and name (3.2.9).
func (r *DestinationRule) Compare(o *DestinationRule) int {
	if r.HasSelector != o.HasSelector {
		if r.HasSelector {
			return -1
		}
		return 1
	}
	return cmp.Or(compareAge(aged{r.Created, r.Ref}, aged{o.Created, o.Ref}), cmp.Compare(r.Ref.Kind, o.Ref.Kind))
}

// mergedRule is what istiod makes of the rules of one namespace for one host: an
// entry keeps the selector and exportTo of its first rule (3.2.9).
type mergedRule struct {
	first *DestinationRule
	// from are all rules merged into it, in order; members are the same, to look up.
	from    []*DestinationRule
	members map[*DestinationRule]bool
	// policy is the rule whose trafficPolicy counts, nil when none has one.
	policy *DestinationRule
	// backend is the rule of a BackendTLSPolicy underneath, nil without one.
	backend *DestinationRule
	subsets []mergedSubset
	// at is where a subset stands among them, by name.
	at map[string]int
}

// mergedSubset is a subset with the rule that defines it.
type mergedSubset struct {
	rule   *DestinationRule
	index  int
	subset *networkingapi.Subset
}

func newMergedRule(r *DestinationRule) *mergedRule {
	m := &mergedRule{first: r}
	m.take(r)
	return m
}

// take adds a rule: its policy only where there is none yet, its subsets only
// where their names are new.
func (m *mergedRule) take(r *DestinationRule) {
	m.from = append(m.from, r)
	if len(m.from) > 1 {
		if m.members == nil {
			m.members = map[*DestinationRule]bool{m.from[0]: true}
		}
		m.members[r] = true
	}
	if r.backend {
		m.backend = r
		return
	}
	if m.policy == nil && r.spec.GetTrafficPolicy() != nil {
		m.policy = r
	}
	for i, s := range r.spec.GetSubsets() {
		if m.subset(s.GetName()) == nil {
			if m.at == nil {
				m.at = map[string]int{}
			}
			m.at[s.GetName()] = len(m.subsets)
			m.subsets = append(m.subsets, mergedSubset{r, i, s})
		}
	}
}

// has reports a rule that was merged into it.
func (m *mergedRule) has(r *DestinationRule) bool { return m.first == r || m.members[r] }

func (m *mergedRule) subset(name string) *mergedSubset {
	if i, ok := m.at[name]; ok {
		return &m.subsets[i]
	}
	return nil
}

// ruleMap is the merged rules of one namespace by host.
type ruleMap = hostMap[[]*mergedRule]

// addRule merges a rule into a map the way istiod does (3.2.9). The comparison
// with each entry decides anew whether the rule is also listed on its own; the
// last one counts.
func addRule(m *ruleMap, r *DestinationRule, enhanced bool) {
	entries := m.get(r.FQDN)
	alone := true
	for _, e := range entries {
		if enhanced {
			switch {
			case slices.Equal(r.exports, e.first.exports):
				alone = false
			case len(e.first.exports) > 0 && r.exports.contains(e.first.exports):
				alone = true
			default:
				alone = true
				continue
			}
		}
		both := r.HasSelector && e.first.HasSelector
		same := equalLabels(r.Selector, e.first.Selector)
		if both && !same {
			alone = true
			continue
		}
		if !r.HasSelector && !e.first.HasSelector || both {
			alone = false
		}
		e.take(r)
	}
	if alone {
		m.set(r.FQDN, append(entries, newMergedRule(r)))
	}
}

func equalLabels(a, b map[string]string) bool { return len(a) == len(b) && Selects(a, b) }
