package plan

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// run is one attempt: the waves so far, and the state that they lead to. It ends with
// the first wave that does harm.
type run struct {
	*planner
	in         *intent
	state      *state
	waves      []Wave
	proof      Proof
	violations []Violation
	// unpicked are workloads that no selector tells from others.
	unpicked []*unit
	// thorough also looks whether each wave can be taken back.
	thorough bool
}

// attempt goes all the way once, and once more to see that each step can be taken back.
func (p *planner) attempt() *run {
	p.invited()
	r := &run{planner: p, in: p.intend(), state: p.start}
	if r.all(); r.failed() {
		return r
	}
	r = &run{planner: p, in: r.in, state: p.start, thorough: true}
	r.all()
	return r
}

func (r *run) failed() bool { return len(r.violations)+len(r.unpicked) > 0 }

func (r *run) all() {
	for _, stage := range []func(){r.mend, r.keep, r.invite, r.freeze, r.accept, r.offer, r.strict, r.meshwide, r.tidy} {
		if stage(); r.failed() {
			return
		}
	}
}

func (r *run) mend() {
	var changes []Change
	for _, ref := range sortedRefs(r.mended) {
		m := r.mended[ref]
		if !slices.ContainsFunc(m.servers, r.open) {
			continue // what it was for stays as it is
		}
		if c := r.state.set(m.is, sameSpec, m.what, m.why); c != nil {
			changes = append(changes, *c)
		}
	}
	r.wave(Repair, changes)
}

// open reports a port that is to become STRICT, or is.
func (p *planner) open(t Target) bool {
	_, held := p.held[t]
	return !held
}

func sortedRefs[V any](m map[resolve.Ref]V) []resolve.Ref {
	refs := make([]resolve.Ref, 0, len(m))
	for ref := range m {
		refs = append(refs, ref)
	}
	slices.SortFunc(refs, resolve.Ref.Compare)
	return refs
}

func (r *run) keep() {
	changes, unpicked := r.in.keep(r.state)
	r.unpicked = append(r.unpicked, unpicked...)
	r.wave(Keep, changes)
}

func (r *run) invite() {
	refs := sortedRefs(r.joins)
	for part := range chunks(refs, r.MaxWave) {
		var changes []Change
		for _, ref := range part {
			changes = append(changes, *r.joined(r.state, ref))
		}
		if r.wave(Inject, changes); r.failed() {
			return
		}
	}
}

// chunks are parts of a list with at most n members, all in one where n is 0.
func chunks[T any](list []T, n int) func(func([]T) bool) {
	if n == 0 {
		n = max(1, len(list))
	}
	return func(yield func([]T) bool) {
		for part := range slices.Chunk(list, n) {
			if !yield(part) {
				return
			}
		}
	}
}

func (r *run) freeze() { r.wave(Freeze, r.frozenRules(r.state)) }

func (r *run) accept() {
	changes, unpicked := r.in.accept(r.state)
	r.unpicked = append(r.unpicked, unpicked...)
	for part := range chunks(changes, r.MaxWave) {
		if r.wave(Accept, part); r.failed() {
			return
		}
	}
}

func (r *run) offer() {
	r.wave(Offer, append(r.in.offer(r.state), thaw(r.state)...))
}

// strict has those first of whom the record says that they are ready, then the others,
// which have to be watched before.
func (r *run) strict() {
	if r.To != resolve.Strict {
		return
	}
	units := r.in.turning(r.state)
	waits := map[*unit]bool{}
	for _, u := range units {
		waits[u] = len(r.conditions(r.state, u)) > 0
	}
	for _, u := range units {
		if len(r.known[u.ref]) == 0 && slices.ContainsFunc(units, func(x *unit) bool { return waits[x] && x.ref.Namespace == u.ref.Namespace }) {
			waits[u] = true // it serves nothing: it goes with the others
		}
	}
	large := r.large(units)
	ready := func(x *space) bool {
		return !slices.ContainsFunc(units, func(u *unit) bool { return waits[u] && u.ref.Namespace == x.name }) && !large[x.name]
	}
	now := slices.DeleteFunc(slices.Clone(units), func(u *unit) bool { return waits[u] })
	later := slices.DeleteFunc(slices.Clone(units), func(u *unit) bool { return !waits[u] })
	alone := func(u *unit) bool { return !ready(r.in.spaces[u.ref.Namespace]) && !waits[u] || large[u.ref.Namespace] }
	r.workloads(now, alone)
	r.spaces(ready)
	r.workloads(later, func(u *unit) bool { return large[u.ref.Namespace] })
	r.spaces(func(*space) bool { return true })
}

// large are namespaces that a wave may not take at once.
func (r *run) large(units []*unit) map[string]bool {
	count, out := map[string]int{}, map[string]bool{}
	for _, u := range units {
		count[u.ref.Namespace]++
		out[u.ref.Namespace] = r.MaxWave > 0 && count[u.ref.Namespace] > r.MaxWave
	}
	return out
}

func (r *run) workloads(units []*unit, before func(*unit) bool) {
	if r.failed() {
		return
	}
	changes, unpicked := r.in.strict(r.state, units, before)
	r.unpicked = append(r.unpicked, unpicked...)
	for part := range chunks(changes, r.MaxWave) {
		if r.wave(Workloads, part); r.failed() {
			return
		}
	}
}

func (r *run) spaces(ready func(*space) bool) {
	if r.failed() {
		return
	}
	var part []Change
	size := 0
	flush := func() {
		r.wave(Namespaces, part)
		part, size = nil, 0
	}
	for _, c := range r.in.namespaces(r.state, ready) {
		n := 0
		for _, u := range r.in.spaces[c.Ref().Namespace].units {
			if !r.in.wants[u.ref].kept && r.in.turns(r.state, u) {
				n++
			}
		}
		if r.MaxWave > 0 && size > 0 && size+n > r.MaxWave {
			if flush(); r.failed() {
				return
			}
		}
		part, size = append(part, c), size+n
	}
	flush()
}

func (r *run) meshwide() { r.wave(MeshWide, r.in.mesh(r.state)) }

func (r *run) tidy() { r.wave(Tidy, r.in.tidy(r.state)) }

// wave applies changes to the model, and goes on from there unless they do harm.
func (r *run) wave(kind Kind, changes []Change) {
	if len(changes) == 0 || r.failed() {
		return
	}
	w := Wave{Kind: kind, Changes: changes}
	for i := range w.Changes {
		w.Changes[i].mark("plan", fmt.Sprint(len(r.waves)+1))
	}
	next := r.state.after(w.Changes)
	r.prove(&w, next)
	if r.failed() {
		return
	}
	r.waves, r.state = append(r.waves, w), next
}

// conditions are what has to be seen before a workload may be STRICT.
func (r *run) conditions(s *state, u *unit) []Condition {
	var out []Condition
	for _, w := range s.units[u.ref].variants {
		for i := range w.Ports {
			p := &w.Ports[i]
			t := Target{u.ref, p.Number}
			if _, held := r.held[t]; held || p.Decision.Mode == resolve.Strict || !slices.Contains(r.known[u.ref], p.Number) {
				continue
			}
			for _, reason := range r.waiting(t, s.advice(&r.Options).Advise(w, p)) {
				out = append(out, Condition{reason, 1})
			}
		}
	}
	return out
}

// waiting are the reasons to look again before a port becomes STRICT: the record, what
// earlier waves have changed for it, and plaintext that this explains.
func (r *run) waiting(t Target, a *advise.Advice) []advise.Reason {
	var out []advise.Reason
	for _, ref := range r.needs[t] {
		out = append(out, advise.Reason{Text: nameOf(ref) + " gets its sidecar in a wave before this one", By: ref, Fix: "see its calls arrive by mTLS, all of them"})
	}
	for _, ref := range sortedRefs(r.mended) {
		if slices.Contains(r.mended[ref].servers, t) {
			out = append(out, advise.Reason{Text: ref.String() + " changes in a wave before this one", By: ref, Fix: "see its clients' calls arrive by mTLS"})
		}
	}
	for _, o := range a.Obstacles {
		if o.Kind == advise.Plaintext {
			r := o.Reason
			r.Fix = "watch until it sends none"
			out = append(out, r)
		}
	}
	for _, reason := range slices.Concat(a.Open, a.Wait) {
		if reason.OfRecord || slices.Contains(texts(a.Wait), reason.Text) {
			out = append(out, reason)
		}
	}
	return out
}

func texts(all []advise.Reason) []string {
	out := make([]string, len(all))
	for i := range all {
		out[i] = all[i].Text
	}
	return out
}
