package plan

import (
	"fmt"
	"slices"
	"sync"

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
	// mendings are the mended objects by the port that they are for.
	mendings func() map[Target][]resolve.Ref
	// unpicked are workloads that no selector tells from others.
	unpicked []*unit
}

// attempt goes all the way, or as far as it comes without harm.
func (p *planner) attempt() *run {
	p.begun++
	p.invited()
	r := &run{planner: p, in: p.intend(), state: p.start, mendings: sync.OnceValue(p.mendedByPort)}
	r.all()
	return r
}

func (r *run) failed() bool { return r.stopped || len(r.violations)+len(r.unpicked) > 0 }

// forget lets the meshes of a failed attempt go once it has taught what it could: what the harm was
// is left to say.
func (r *run) forget() {
	r.state, r.waves, r.mendings = nil, nil, nil
	for i := range r.violations {
		r.violations[i].Call, r.violations[i].Hidden = nil, nil
	}
}

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
	if r.Progress != nil && !r.Progress(r.begun, len(r.waves), kind) {
		r.stopped = true
		return
	}
	next, deltas := r.state.after(w.Changes)
	r.prove(&w, next, deltas)
	if r.failed() {
		return
	}
	r.waves, r.state = append(r.waves, w), next
}
