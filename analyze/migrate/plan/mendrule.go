package plan

import (
	"fmt"
	"slices"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// mendRule finds a change of DestinationRules that was proved to repair the call.
func (p *planner) mendRule(v *Violation) bool {
	if !slices.ContainsFunc(v.Servers, p.open) {
		return false // what it would be for stays as it is
	}
	for _, remedy := range remedy.Of(v.Call) {
		if p.mendedNow(remedy.Changes, v) || p.busy(remedy.Changes) {
			return true
		}
		if p.mayMend(remedy.Changes) {
			for _, c := range remedy.Changes {
				why := fmt.Sprintf("clients of %s:%d send traffic that STRICT rejects", v.Call.Host.Name, v.Call.Port.Number)
				m := &mending{is: p.ruleOf(c), what: remedy.Text, why: why, servers: v.Servers, round: p.round}
				if was := p.mended[c.Ref]; was != nil { // the remedy builds on the one before
					m.what, m.servers, m.times = was.what+"; "+m.what, append(was.servers, m.servers...), was.times+1
				}
				p.mended[c.Ref] = m
			}
			return true
		}
	}
	return false
}

// mendedNow reports a remedy that another call of this attempt asked for already.
func (p *planner) mendedNow(changes []remedy.RuleChange, v *Violation) bool {
	for _, c := range changes {
		m := p.mended[c.Ref]
		if m == nil || m.round != p.round || c.Spec == nil || !sameSpec(m.is, p.ruleOf(c)) {
			return false
		}
	}
	for _, c := range changes {
		p.mended[c.Ref].servers = append(p.mended[c.Ref].servers, v.Servers...)
	}
	return len(changes) > 0
}

// busy reports a remedy of a rule that another call of this attempt has mended otherwise:
// the next attempt shows what is left.
func (p *planner) busy(changes []remedy.RuleChange) bool {
	return slices.ContainsFunc(changes, func(c remedy.RuleChange) bool {
		m := p.mended[c.Ref]
		return m != nil && m.round == p.round && m.times < often
	})
}

// often is how many remedies one rule gets before it is left as it is.
const often = 3

// mayMend reports changes of rules that did no harm yet, none of which takes a rule
// away: what else it says would go with it.
func (p *planner) mayMend(changes []remedy.RuleChange) bool {
	for _, c := range changes {
		mended := p.mended[c.Ref] != nil && p.mended[c.Ref].times >= often
		o, there := p.start.mesh.Input(c.Ref)
		if c.Spec == nil || mended || p.hopeless[c.Ref] > 0 || c.Ref.Kind != resolve.KindDestinationRule || !p.mayWrite(c.Ref.Namespace) {
			return false
		}
		if _, ok := o.Value.(*networkingv1.DestinationRule); there && !ok {
			return false
		}
	}
	return len(changes) > 0
}

// mayWrite reports a namespace that the plan is about.
func (p *planner) mayWrite(namespace string) bool {
	if p.Touches == nil {
		return true
	}
	units := p.start.neighbours(namespace)
	return slices.ContainsFunc(units, p.Touches)
}

func (p *planner) ruleOf(c remedy.RuleChange) resolve.Object {
	o, there := p.start.mesh.Input(c.Ref)
	if there {
		o = clone(o)
	} else {
		rule := &networkingv1.DestinationRule{}
		rule.Namespace, rule.Name = c.Ref.Namespace, c.Ref.Name
		o = resolve.Object{Kind: resolve.KindDestinationRule, Value: rule}
	}
	c.Spec.DeepCopyInto(&o.Value.(*networkingv1.DestinationRule).Spec)
	return o
}
