package plan

import (
	"fmt"
	"slices"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// learn takes from a failed attempt what the next one has to do otherwise: mend a rule,
// leave a workload out of the mesh, hold a port. It reports whether there was anything.
func (p *planner) learn(r *run) bool {
	learned := false
	p.round++
	for _, u := range r.unpicked {
		if r.in.wants[u.ref].kept && !p.spaceHeld[u.ref.Namespace] {
			p.spaceHeld[u.ref.Namespace], learned = true, true
		}
		learned = p.holdWhole(u.ref, migrate.Blocked, advise.Reason{
			Text: "no labels of its pods tell it from other workloads of its namespace, so that no policy can be for it alone", By: u.ref, Fix: "give its pods a label of their own",
		}) || learned
	}
	for i := range r.violations {
		if p.learnOf(&r.violations[i]) {
			learned = true
		}
	}
	return learned
}

func (p *planner) learnOf(v *Violation) bool {
	switch {
	case v.Wave == Repair:
		return p.unmend(v)
	case (v.Wave == Freeze || v.Wave == Offer && p.frozen[v.Host] != nil) && p.unfreeze(v), v.Race && p.freezeFor(v):
		return true
	case len(v.Joins) > 0:
		p.needs[v.Servers[0]] = append(p.needs[v.Servers[0]], v.Joins...)
		return true
	case v.Call != nil && !v.Race && p.mendRule(v), v.Hidden != nil && p.mendScope(v):
		return true
	case v.Wave == Inject && !v.Stays:
		return p.learnJoining(v)
	}
	learned := false
	for _, t := range v.Servers {
		learned = p.holdServer(t, v) || learned
	}
	if !learned {
		learned = p.holdSpaces(v)
	}
	if !learned && p.meshHeld == "" {
		p.meshHeld, learned = v.Text, true
	}
	return learned
}

// holdSpaces keeps the policies of namespaces as they are, where all that could be held
// is: of the servers, and of a host whose endpoints are no workloads. Where that does not
// help either, a policy of some workload picks such an endpoint: all of them stay.
func (p *planner) holdSpaces(v *Violation) bool {
	spaces := []string{v.Space}
	for _, t := range v.Servers {
		spaces = append(spaces, t.Workload.Namespace)
	}
	for _, ns := range spaces {
		if ns != "" && !p.spaceHeld[ns] {
			p.spaceHeld[ns] = true
			return true
		}
	}
	learned := false
	for u := range p.start.each {
		if u.ref.Namespace == v.Space && len(v.Servers) == 0 {
			learned = p.holdWhole(u.ref, v.Status, v.Why) || learned
		}
	}
	return learned
}

// holdServer keeps the port at which harm would be done; where nobody can, the mesh-wide
// policy has to wait.
func (p *planner) holdServer(t Target, v *Violation) bool {
	if t.Workload.Namespace == p.start.mesh.RootNamespace() {
		if p.meshHeld != "" {
			return false
		}
		p.meshHeld = v.Text // a selector in the root namespace has no effect (2.2)
		return true
	}
	strict := p.start.units[t.Workload] != nil && p.start.units[t.Workload].mode(t.Port) == resolve.Strict
	if slices.Contains(p.known[t.Workload], t.Port) && !strict {
		return p.hold(t, v.Status, v.Why)
	}
	return p.holdWhole(t.Workload, v.Status, v.Why)
}

func (p *planner) holdWhole(ref resolve.Ref, status migrate.Status, why advise.Reason) bool {
	learned := p.hold(Target{ref, 0}, status, why)
	for _, port := range p.known[ref] {
		if u := p.start.units[ref]; u != nil && u.mode(port) == resolve.Strict {
			continue // a port that is there needs nobody's leave to stay
		}
		learned = p.hold(Target{ref, port}, status, why) || learned
	}
	return learned
}

// mendRule finds a change of DestinationRules that was proved to repair the call.
func (p *planner) mendRule(v *Violation) bool {
	if !slices.ContainsFunc(v.Servers, p.open) {
		return false // what it would be for stays as it is
	}
	for _, remedy := range v.Call.Remedies() {
		if p.mendedNow(remedy.Changes, v) || p.busy(remedy.Changes) {
			return true
		}
		if p.mayMend(remedy.Changes) {
			for _, c := range remedy.Changes {
				why := fmt.Sprintf("clients of %s:%d send what STRICT refuses", v.Call.Host.Name, v.Call.Port.Number)
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
func (p *planner) mendedNow(changes []resolve.RuleChange, v *Violation) bool {
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
func (p *planner) busy(changes []resolve.RuleChange) bool {
	return slices.ContainsFunc(changes, func(c resolve.RuleChange) bool {
		m := p.mended[c.Ref]
		return m != nil && m.round == p.round && m.times < often
	})
}

// often is how many remedies one rule gets before it is left as it is.
const often = 3

// mayMend reports changes of rules that did no harm yet, none of which takes a rule
// away: what else it says would go with it.
func (p *planner) mayMend(changes []resolve.RuleChange) bool {
	for _, c := range changes {
		mended := p.mended[c.Ref] != nil && p.mended[c.Ref].times >= often
		o, there := p.start.byRef[c.Ref]
		if c.Spec == nil || mended || p.hopeless[c.Ref] || c.Ref.Kind != resolve.KindDestinationRule || !p.mayWrite(c.Ref.Namespace) {
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

func (p *planner) ruleOf(c resolve.RuleChange) resolve.Object {
	o, there := p.start.byRef[c.Ref]
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

// unmend takes repairs back that did harm themselves: the one that is behind it, else
// all.
func (p *planner) unmend(v *Violation) bool {
	refs := sortedRefs(p.mended)
	if _, known := p.mended[v.Why.By]; known {
		refs = []resolve.Ref{v.Why.By}
	}
	for _, ref := range refs {
		p.hopeless[ref] = true
		delete(p.mended, ref)
	}
	return len(refs) > 0
}

// learnJoining leaves workloads out of the mesh whose sidecar would do harm.
func (p *planner) learnJoining(v *Violation) bool {
	learned := false
	bar := func(ref resolve.Ref) {
		if p.joins[ref] && len(v.Servers) == 0 && p.otherLabel(ref) {
			learned = true
		} else if p.joins[ref] {
			learned = p.bar(ref, "leave it as it is, or decide: with a sidecar, "+v.Why.Text) || learned
		}
	}
	for _, ref := range v.Clients {
		bar(ref)
	}
	if !learned {
		for _, t := range v.Servers {
			bar(t.Workload)
		}
	}
	if !learned {
		for _, t := range v.Servers {
			learned = p.holdServer(t, v) || learned
		}
	}
	return learned
}
