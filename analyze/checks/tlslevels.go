package checks

import (
	"iter"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// tlsLevel is one place of a DestinationRule that can set tls: a traffic policy, a
// subset's, or the entry of a port in one of them.
type tlsLevel struct {
	rule *resolve.DestinationRule
	// field is the policy or entry, tls what it sets, nil for nothing.
	field resolve.Field
	tls   *networkingapi.ClientTLSSettings
	// port is the one of an entry, 0 for a policy; above is the policy that an entry
	// replaces.
	port  uint32
	above *networkingapi.TrafficPolicy
	// subset is the name of the subset, "" for the host as it is.
	subset string
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

func levelsOf(r *resolve.DestinationRule) []*tlsLevel {
	out := levelsIn(r, r.Spec().GetTrafficPolicy(), "spec.trafficPolicy", "")
	for i, s := range r.Spec().GetSubsets() {
		out = append(out, levelsIn(r, s.GetTrafficPolicy(), resolve.Path("spec", "subsets").Index(i).Child("trafficPolicy"), s.GetName())...)
	}
	return out
}

func levelsIn(r *resolve.DestinationRule, policy *networkingapi.TrafficPolicy, at resolve.Field, subset string) []*tlsLevel {
	if policy == nil {
		return nil
	}
	out := []*tlsLevel{{rule: r, field: at, tls: policy.GetTls(), subset: subset}}
	for i, e := range policy.GetPortLevelSettings() {
		out = append(out, &tlsLevel{rule: r, field: at.Child("portLevelSettings").Index(i), tls: e.GetTls(), port: e.GetPort().GetNumber(), above: policy, subset: subset})
	}
	return out
}

// finding is one about a field of the level's rule.
func (l *tlsLevel) finding(field resolve.Field, message string) analyze.Finding {
	return analyze.Finding{Object: l.rule.Ref, Origin: l.rule.Origin, Field: field, Message: message}
}

// set is a change of the level's rule.
func (l *tlsLevel) set(field resolve.Field, value any) []analyze.Edit {
	return []analyze.Edit{{Object: l.rule.Ref, Verb: analyze.Set, Field: field, Value: value}}
}

// without takes the tls of the level away, with the policies that say nothing else.
func (l *tlsLevel) without() []analyze.Edit { return rewritten(l.rule, l.rule.WithoutTLS(l.at())) }

// hasNumber matches the entry of a port.
func hasNumber(port int32) func(*networkingapi.TrafficPolicy_PortTrafficPolicy) bool {
	return func(e *networkingapi.TrafficPolicy_PortTrafficPolicy) bool {
		return int32(e.GetPort().GetNumber()) == port
	}
}

// disables reports a rule that says DISABLE anywhere: to make one count that does not yet
// takes encryption away, which no repair does unasked.
func disables(r *resolve.DestinationRule) bool {
	return slices.ContainsFunc(levelsOf(r), func(l *tlsLevel) bool {
		return l.tls != nil && l.tls.GetMode() == networkingapi.ClientTLSSettings_DISABLE
	})
}
