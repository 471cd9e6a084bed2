package outbound

import (
	"cmp"
	"slices"
	"time"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// DestinationRule is one rule as istiod reads it.
type DestinationRule struct {
	Ref     resolve.Ref
	Origin  resolve.Origin
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

	Cluster string // where it was read
	Exports resolve.ExportTo
	spec    *networkingapi.DestinationRule
	// Backend marks a rule that istiod makes of a BackendTLSPolicy.
	Backend bool
	// of are the control planes that make it of BackendTLSPolicies, nil for all.
	of func(*config.Plane) bool
}

// Spec is the rule as written; the caller must not change it.
func (r *DestinationRule) Spec() *networkingapi.DestinationRule { return r.spec }

// ExportTo is where the rule is visible, as written; empty when it says nothing.
func (r *DestinationRule) ExportTo() []string { return r.Exports }

func newDestinationRule(o config.Typed[*networkingv1.DestinationRule], domain string) *DestinationRule {
	spec := &o.As.Spec
	r := &DestinationRule{
		Ref: o.Ref(), Origin: o.Origin, Created: o.As.CreationTimestamp.Time,
		Host: spec.GetHost(), FQDN: resolve.FQDN(spec.GetHost(), o.As.Namespace, domain), spec: spec,
	}
	r.scope()
	r.Revision, r.HasRevision = o.As.Labels[resolve.RevisionLabel]
	return r
}

// scope reads whom the rule is for: one with a workloadSelector is always private to its
// namespace (3.2.7).
func (r *DestinationRule) scope() {
	r.Selector, r.HasSelector, r.Exports = nil, false, resolve.NewExportTo(r.spec.GetExportTo())
	if s := r.spec.GetWorkloadSelector(); s != nil {
		r.Selector, r.HasSelector, r.Exports = s.GetMatchLabels(), true, resolve.ExportTo{"."}
	}
}

// Compare orders rules in the order in which Istio merges them: those with a
// selector first, then by age and name; what istiod makes of BackendTLSPolicies has no age,
// and comes before all that has one (3.2.9).
func (r *DestinationRule) Compare(o *DestinationRule) int {
	if r.HasSelector != o.HasSelector {
		if r.HasSelector {
			return -1
		}
		return 1
	}
	if r.Backend != o.Backend {
		if r.Backend {
			return -1
		}
		return 1
	}
	return cmp.Or(resolve.CompareAge(resolve.Aged{Created: r.Created, Ref: r.Ref}, resolve.Aged{Created: o.Created, Ref: o.Ref}), cmp.Compare(r.Ref.Kind, o.Ref.Kind))
}

// MergedRule is what istiod makes of the rules of one namespace for one host: an
// entry keeps the selector and exportTo of its first rule (3.2.9).
type MergedRule struct {
	// plane is the control plane that merges them.
	plane *config.Plane
	first *DestinationRule
	// From are all rules merged into it, in order; members are the same, to look up.
	From    []*DestinationRule
	members map[*DestinationRule]bool
	// Policy is the rule whose trafficPolicy counts, nil when none has one.
	Policy *DestinationRule
	// older are rules whose trafficPolicy fills the gaps of Policy, the newest first: only behind a
	// BackendTLSPolicy that is older than all of them.
	older []*DestinationRule
	// backend is the rule of a BackendTLSPolicy underneath, nil without one.
	backend *DestinationRule
	Subsets []MergedSubset
	// at is where a subset stands among them, by name.
	at map[string]int
}

// MergedSubset is a subset with the rule that defines it.
type MergedSubset struct {
	Rule  *DestinationRule
	Index int
	Spec  *networkingapi.Subset
}

func newMergedRule(r *DestinationRule, k *config.Plane) *MergedRule {
	m := &MergedRule{plane: k, first: r}
	m.take(r)
	return m
}

// take adds a rule: its policy only where there is none yet, its subsets only
// where their names are new.
func (m *MergedRule) take(r *DestinationRule) {
	m.From = append(m.From, r)
	if len(m.From) > 1 {
		if m.members == nil {
			m.members = map[*DestinationRule]bool{m.From[0]: true}
		}
		m.members[r] = true
	}
	if r.Backend && m.plane.Has(release.RuleOverPolicy) {
		m.backend = r
		return
	}
	switch {
	case r.spec.GetTrafficPolicy() == nil:
	case m.Policy == nil:
		m.Policy = r
	case m.first == m.backend: // whose origin the merged rule keeps: each rule is merged over it
		m.older = append([]*DestinationRule{m.Policy}, m.older...)
		m.Policy = r
	}
	for i, s := range r.spec.GetSubsets() {
		if m.Subset(s.GetName()) == nil {
			if m.at == nil {
				m.at = map[string]int{}
			}
			m.at[s.GetName()] = len(m.Subsets)
			m.Subsets = append(m.Subsets, MergedSubset{r, i, s})
		}
	}
}

// has reports a rule that was merged into it.
func (m *MergedRule) has(r *DestinationRule) bool { return m.first == r || m.members[r] }

// Subset is the one of a name, nil where there is none.
func (m *MergedRule) Subset(name string) *MergedSubset {
	if i, ok := m.at[name]; ok {
		return &m.Subsets[i]
	}
	return nil
}

// ruleMap is the merged rules of one namespace by host.
type ruleMap = resolve.HostMap[[]*MergedRule]

// addRule merges a rule into a map the way istiod does (3.2.9). The comparison
// with each entry decides anew whether the rule is also listed on its own; the
// last one counts.
func addRule(m *ruleMap, r *DestinationRule, k *config.Plane) {
	entries, enhanced := m.Get(r.FQDN), !k.Off("ENABLE_ENHANCED_DESTINATIONRULE_MERGE")
	alone := true
	for _, e := range entries {
		if enhanced {
			switch {
			case slices.Equal(r.Exports, e.first.Exports):
				alone = false
			case len(e.first.Exports) > 0 && r.Exports.Contains(e.first.Exports):
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
		m.Set(r.FQDN, append(entries, newMergedRule(r, k)))
	}
}

func equalLabels(a, b map[string]string) bool { return len(a) == len(b) && resolve.Selects(a, b) }

// Respelled is a rule with another name and spec, as istiod would read it; of nil a new one.
func (r *DestinationRule) Respelled(ref resolve.Ref, spec *networkingapi.DestinationRule) *DestinationRule {
	n := &DestinationRule{}
	if r != nil {
		*n = *r
	}
	n.Ref, n.spec = ref, spec
	n.Host, n.FQDN = spec.GetHost(), resolve.FQDN(spec.GetHost(), ref.Namespace, resolve.ClusterDomain)
	n.scope()
	return n
}

// RulesIn are the DestinationRules of a namespace, in istiod's order.
func (side *Side) RulesIn(namespace string) []*DestinationRule {
	side.linkClients()
	return side.rulesByNamespace[namespace]
}

// RuleNamed is the rule of a name, nil when there is none.
func (side *Side) RuleNamed(ref resolve.Ref) *DestinationRule {
	for _, r := range side.RulesIn(ref.Namespace) {
		if r.Ref == ref {
			return r
		}
	}
	return nil
}

// Names reports a rule whose host is h, or a wildcard that covers it.
func (r *DestinationRule) Names(h *Host) bool { return resolve.SubsetOf(h.Name, r.FQDN) }
