package plan

import (
	"fmt"
	"slices"

	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// displaced is an exception of a policy that names the port of a Service, where portLevelMtls
// counts ports of the workload (2.5): somebody wanted port To to be PERMISSIVE, and it is not. A
// plan that rewrites the policy must not lose what was meant.
type displaced struct {
	policy   resolve.Ref
	from, to int32
	mode     resolve.Mode
}

// displacedIn are those of the policy that decides for a workload. An entry whose mode is not
// PERMISSIVE is left where it is: clients may depend on what the port is now.
func (p *planner) displacedIn(u *unit) (moves, stay []displaced) {
	policy := p.start.winner(u.ref, resolve.ScopeWorkload)
	if policy == nil || !p.touches(u) {
		return nil, nil
	}
	selected := p.start.mesh.Selected(policy)
	for _, e := range policy.Ports {
		to := meantBy(selected, e.Port)
		if to == 0 {
			continue
		}
		d := displaced{policy.Ref, e.Port, to, e.Mode}
		_, taken := policy.Port(to)
		if taken || e.Mode != resolve.Permissive || p.unmovable[policy.Ref] || slices.ContainsFunc(selected, func(w *inbound.Workload) bool { return !w.Listens(to) }) {
			stay = append(stay, d)
		} else {
			moves = append(moves, d)
		}
	}
	return moves, stay
}

// meantBy is the port behind the Service's port that an entry names, the same for all workloads
// of the policy; 0 for an entry that names a port of a workload, or none.
func meantBy(selected []*inbound.Workload, port int32) (to int32) {
	for _, w := range selected {
		behind := w.Behind(port)
		if w.Listens(port) || len(behind) != 1 || to != 0 && behind[0].Number != to {
			return 0
		}
		to = behind[0].Number
	}
	return to
}

// weighDisplaced holds the ports that displaced exceptions are meant for, and leaves the ports
// that they name out of the plan: nothing listens there.
func (p *planner) weighDisplaced(u *unit) {
	moves, stay := p.displacedIn(u)
	for _, d := range moves {
		p.known[u.ref] = slices.DeleteFunc(p.known[u.ref], func(port int32) bool { return port == d.from })
	}
	for _, d := range stay {
		p.hold(Target{u.ref, d.from}, migrate.Blocked, advise.Reason{Text: fmt.Sprintf("%s names port %d of its Service instead of container port %d", d.policy, d.from, d.to), By: d.policy, Fix: fmt.Sprintf("use %d, or remove the entry", d.to)})
	}
	for _, d := range moves {
		t := Target{u.ref, d.to}
		why := advise.Reason{Text: fmt.Sprintf("%s names port %d of its Service instead of container port %d: the exception moves", d.policy, d.from, d.to), By: d.policy, Fix: "none: it stays an exception until no client without a mesh certificate calls it"}
		reasons := []advise.Reason{why}
		for _, o := range p.start.advice(&p.Options).Special(u.variants[0], d.to) {
			if o.Kind != advise.Probe {
				reasons = append([]advise.Reason{o.Reason}, reasons...)
			}
		}
		if slices.Contains(p.known[u.ref], d.to) {
			p.hold(t, migrate.Blocked, reasons...)
		}
		p.moved[t] = d
	}
}

// move is the policy of a workload with its displaced exceptions where they are meant, nil where
// it has none.
func (in *intent) move(s *state, u *unit) *Change {
	moves, _ := in.displacedIn(u)
	if len(moves) == 0 {
		return nil
	}
	was, there := s.mesh.Input(moves[0].policy)
	_, ok := was.Value.(*securityv1.PeerAuthentication)
	if !there || !ok {
		return nil
	}
	is := clone(was)
	v := is.Value.(*securityv1.PeerAuthentication)
	text := ""
	for _, d := range moves {
		v.Spec.PortLevelMtls[uint32(d.to)] = v.Spec.PortLevelMtls[uint32(d.from)]
		delete(v.Spec.PortLevelMtls, uint32(d.from))
		text += fmt.Sprintf(", %d %s instead of %d", d.to, d.mode, d.from)
	}
	return s.set(is, sameSpec, text[len(", "):], "the entry names the Service port; portLevelMtls uses the container port")
}

// isMoved reports a port that is to take plaintext because an exception was meant for it.
func (p *planner) isMoved(t Target, mode resolve.Mode) bool {
	d, moved := p.moved[t]
	return moved && !p.unmovable[d.policy] && d.mode == mode
}

// keepPlace leaves displaced exceptions where they are, after moving them did harm; it reports
// whether there was one.
func (p *planner) keepPlace(servers []Target) bool {
	learned := false
	for _, t := range servers {
		if d, moved := p.moved[t]; moved && !p.unmovable[d.policy] {
			p.unmovable[d.policy], learned = true, true
		}
	}
	return learned
}
