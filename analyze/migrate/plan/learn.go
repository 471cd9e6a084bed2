package plan

import (
	"slices"

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
		if r.in.wants[u.ref].kept {
			learned = p.holdSpace(u.ref.Namespace) || learned
		}
		learned = p.holdWhole(u.ref, migrate.Blocked, advise.Reason{
			Text: "no label distinguishes its pods from other workloads of its namespace, so no policy can apply to it alone", By: u.ref, Fix: "add a distinguishing label to its pods",
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
	case v.Wave == Keep && p.keepPlace(v.Servers):
		return true
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
		if ns != "" && p.holdSpace(ns) {
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

// holdSpace keeps the policy of a namespace; it reports whether this attempt is the first
// that asks for it.
func (p *planner) holdSpace(ns string) bool {
	if p.spaceHeld[ns] == 0 {
		p.spaceHeld[ns] = p.round
	}
	return p.spaceHeld[ns] == p.round
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
	strict := p.start.unit(t.Workload) != nil && p.start.unit(t.Workload).mode(t.Port) == resolve.Strict
	if slices.Contains(p.known[t.Workload], t.Port) && !strict {
		return p.hold(t, v.Status, v.Why)
	}
	return p.holdWhole(t.Workload, v.Status, v.Why)
}

func (p *planner) holdWhole(ref resolve.Ref, status migrate.Status, why advise.Reason) bool {
	learned := p.hold(Target{ref, 0}, status, why)
	for _, port := range p.known[ref] {
		if u := p.start.unit(ref); u != nil && u.mode(port) == resolve.Strict {
			continue // a port that is there needs nobody's leave to stay
		}
		learned = p.hold(Target{ref, port}, status, why) || learned
	}
	return learned
}

// unmend takes repairs back that did harm themselves: the one that is behind it, else
// all.
func (p *planner) unmend(v *Violation) bool {
	refs := sortedRefs(p.mended)
	switch _, known := p.mended[v.Why.By]; {
	case p.hopeless[v.Why.By] == p.round:
		return true // another call of the attempt said it already
	case known:
		refs = []resolve.Ref{v.Why.By}
	}
	for _, ref := range refs {
		p.hopeless[ref] = p.round
		delete(p.mended, ref)
	}
	return len(refs) > 0
}

// learnJoining leaves workloads out of the mesh whose sidecar would do harm.
func (p *planner) learnJoining(v *Violation) bool {
	learned := false
	bar := func(ref resolve.Ref) {
		if p.joinedIn[ref] == p.round {
			learned = true // another call of the attempt said it already
		} else if p.joins[ref] && len(v.Servers) == 0 && p.otherLabel(ref) {
			learned = true
		} else if p.joins[ref] {
			learned = p.bar(ref, "keep it as it is, or decide: with a sidecar, "+v.Why.Text) || learned
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
