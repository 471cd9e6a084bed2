package checks

import (
	"iter"
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// tlsLevel is one place of a DestinationRule that can set tls: a traffic policy, a
// subset's, or the entry of a port in one of them.
type tlsLevel struct {
	rule *outbound.DestinationRule
	// field is the policy or entry, tls what it sets, nil for nothing.
	field resolve.Field
	tls   *networkingapi.ClientTLSSettings
	// port is the one of an entry, 0 for a policy; above is the policy that an entry
	// replaces.
	port  uint32
	above *networkingapi.TrafficPolicy
	// name is that of the subset, "" for the host as it is; subset and entry are where
	// they stand in their lists, -1 for none.
	name          string
	subset, entry int
}

// at is where the tls stands.
func (l *tlsLevel) at() resolve.Field { return l.field.Child("tls") }

// tlsLevels are all levels of all rules.
func tlsLevels(p *analyze.Pass) iter.Seq[*tlsLevel] {
	return func(yield func(*tlsLevel) bool) {
		for _, r := range p.DestinationRules() {
			for _, l := range levelsOf(r) {
				if !yield(l) {
					return
				}
			}
		}
	}
}

// anyLevel reports a level with a tls of some kind: a check of such a kind alone need not look at
// calls where there is none.
func anyLevel(p *analyze.Pass, is func(*networkingapi.ClientTLSSettings) bool) bool {
	for l := range tlsLevels(p) {
		if l.tls != nil && is(l.tls) {
			return true
		}
	}
	return false
}

func levelsOf(r *outbound.DestinationRule) []*tlsLevel {
	out := levelsIn(tlsLevel{rule: r, field: "spec.trafficPolicy", subset: -1}, r.Spec().GetTrafficPolicy())
	for i, s := range r.Spec().GetSubsets() {
		at := resolve.Path("spec", "subsets").Index(i).Child("trafficPolicy")
		out = append(out, levelsIn(tlsLevel{rule: r, field: at, name: s.GetName(), subset: i}, s.GetTrafficPolicy())...)
	}
	return out
}

// levelsIn are those of one policy, which is at.
func levelsIn(at tlsLevel, policy *networkingapi.TrafficPolicy) []*tlsLevel {
	if policy == nil {
		return nil
	}
	whole := at
	whole.tls, whole.entry = policy.GetTls(), -1
	out := []*tlsLevel{&whole}
	for i, e := range policy.GetPortLevelSettings() {
		one := at
		one.field, one.entry = at.field.Child("portLevelSettings").Index(i), i
		one.tls, one.port, one.above = e.GetTls(), e.GetPort().GetNumber(), policy
		out = append(out, &one)
	}
	return out
}

// finding is one about a field of the level's rule.
func (l *tlsLevel) finding(field resolve.Field, message string) analyze.Finding {
	return analyze.Finding{Object: l.rule.Ref, Origin: l.rule.Origin, Field: field, Message: message}
}

// with is the level's rule with another tls there.
func (l *tlsLevel) with(p *analyze.Pass, tls *networkingapi.ClientTLSSettings) []analyze.Edit {
	return proved(p, respelled(l.rule, func(spec *networkingapi.DestinationRule) {
		policy := spec.GetTrafficPolicy()
		if l.subset >= 0 {
			policy = spec.GetSubsets()[l.subset].GetTrafficPolicy()
		}
		if l.entry < 0 {
			policy.Tls = tls
			return
		}
		policy.PortLevelSettings[l.entry].Tls = tls
	}))
}

// changed is the level's tls with a change.
func (l *tlsLevel) changed(change func(*networkingapi.ClientTLSSettings)) *networkingapi.ClientTLSSettings {
	tls := l.tls.DeepCopy()
	change(tls)
	return tls
}

// without takes the tls of the level away, with the policies that say nothing else.
func (l *tlsLevel) without(p *analyze.Pass) []analyze.Edit { return withoutTLS(p, l.rule, l.at()) }

func withoutTLS(p *analyze.Pass, r *outbound.DestinationRule, at resolve.Field) []analyze.Edit {
	if p.Spent() {
		return nil
	}
	spec := r.WithoutTLS(at)
	if spec == nil {
		return nil
	}
	return proved(p, remedy.ChangeRule(r.Ref, spec, r))
}

// leftToAuto takes the tls away where auto mTLS decides then, and not a level above it.
func leftToAuto(p *analyze.Pass, r *outbound.DestinationRule, at resolve.Field) []analyze.Edit {
	if p.Spent() {
		return nil
	}
	says := func(s *networkingapi.Subset) bool { return s.GetTrafficPolicy().GetTls() != nil }
	if spec := r.WithoutTLS(at); !strings.HasPrefix(string(at), "spec.trafficPolicy.tls") && (spec.GetTrafficPolicy().GetTls() != nil || slices.ContainsFunc(spec.GetSubsets(), says)) {
		return nil
	}
	return withoutTLS(p, r, at)
}

// hasNumber matches the entry of a port.
func hasNumber(port int32) func(*networkingapi.TrafficPolicy_PortTrafficPolicy) bool {
	return func(e *networkingapi.TrafficPolicy_PortTrafficPolicy) bool {
		return int32(e.GetPort().GetNumber()) == port
	}
}
