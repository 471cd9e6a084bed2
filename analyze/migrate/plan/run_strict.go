package plan

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/parallel"
)

// strict has those first of whom the record says that they are ready, then the others,
// which have to be watched before.
func (r *run) strict() {
	if r.To != resolve.Strict {
		return
	}
	units := r.in.turning(r.state)
	r.state.advice(&r.Options) // made before all ask it
	wait := make([]bool, len(units))
	parallel.Do(len(units), 64, func(i int) { wait[i] = len(r.conditions(r.state, units[i])) > 0 })
	waits, waiting := map[*unit]bool{}, map[string]bool{}
	for i, u := range units {
		waits[u] = wait[i]
		waiting[u.ref.Namespace] = waiting[u.ref.Namespace] || waits[u]
	}
	for _, u := range units {
		if len(r.known[u.ref]) == 0 && waiting[u.ref.Namespace] {
			waits[u] = true // it serves nothing: it goes with the others
		}
	}
	large := r.large(units)
	ready := func(x *space) bool { return !waiting[x.name] && !large[x.name] }
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
