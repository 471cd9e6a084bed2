package plan

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// state is the mesh between two waves.
type state struct {
	objects []resolve.Object
	mesh    *resolve.Mesh
	byRef   map[resolve.Ref]resolve.Object
	leads   map[resolve.Ref][]*resolve.Host
	adviser *advise.Adviser
	calls   *calling
}

// unit is a workload as changes see it: one object, whose pods may differ.
type unit struct {
	ref      resolve.Ref
	variants []*resolve.Workload
}

func newState(objects []resolve.Object, mesh *resolve.Mesh) *state {
	s := &state{objects: objects, mesh: mesh, byRef: make(map[resolve.Ref]resolve.Object, len(objects))}
	for _, o := range objects {
		s.byRef[o.Ref()] = o
	}
	return s
}

// unit is the workload of a name, nil where there is none.
func (s *state) unit(ref resolve.Ref) *unit {
	if variants := s.mesh.Variants(ref); len(variants) > 0 {
		return &unit{ref, variants}
	}
	return nil
}

// winner is the policy of a scope that decides for a workload, nil without one.
func (s *state) winner(ref resolve.Ref, scope resolve.Scope) *resolve.PeerAuthentication {
	u := s.unit(ref)
	if u == nil {
		return nil
	}
	return u.variants[0].Winner(scope)
}

// hostsOf are the hosts that lead to a workload.
func (s *state) hostsOf(ref resolve.Ref) []*resolve.Host {
	if s.leads == nil {
		s.leads = map[resolve.Ref][]*resolve.Host{}
		for _, h := range s.mesh.Hosts() {
			for i := range h.Ports {
				for _, e := range h.Ports[i].Endpoints {
					if e.Workload != nil && !slices.Contains(s.leads[e.Workload.Ref], h) {
						s.leads[e.Workload.Ref] = append(s.leads[e.Workload.Ref], h)
					}
				}
			}
		}
	}
	return s.leads[ref]
}

// has reports that objects are those of the state, in whatever order: the same, or others
// that say the same and are as old.
func (s *state) has(objects []resolve.Object) bool {
	if len(objects) != len(s.objects) {
		return false
	}
	for _, o := range objects {
		was, there := s.byRef[o.Ref()]
		if !there || was.Value != o.Value && (!was.Value.GetCreationTimestamp().Time.Equal(o.Value.GetCreationTimestamp().Time) || resolve.Says(was) != resolve.Says(o)) {
			return false
		}
	}
	return true
}

// differing are the objects of a state that are not those of another.
func (s *state) differing(others []resolve.Object) diff.Objects {
	var refs []resolve.Ref
	for _, d := range s.deltas(others) {
		refs = append(refs, d.Ref)
	}
	return diff.ObjectsNamed(refs)
}

// deltas are what makes the mesh of the state one of other objects.
func (s *state) deltas(objects []resolve.Object) []resolve.Delta {
	var out []resolve.Delta
	same := 0
	for _, o := range objects {
		if was, there := s.byRef[o.Ref()]; !there || was.Value != o.Value {
			out = append(out, resolve.Becomes(o))
		} else {
			same++
		}
	}
	if same == len(s.byRef) {
		return out
	}
	stays := make(map[resolve.Ref]bool, len(objects))
	for _, o := range objects {
		stays[o.Ref()] = true
	}
	for ref := range s.byRef {
		if !stays[ref] {
			out = append(out, resolve.Goes(ref))
		}
	}
	return out
}

// after is the state that changes lead to.
func (s *state) after(changes []Change) *state {
	objects, _ := modelled(changes).To(s.objects)
	return newState(objects, s.mesh.With(s.deltas(objects)...))
}

// advice answers questions about the ports of the state, with the evidence of the plan.
func (s *state) advice(o *Options) *advise.Adviser {
	if s.adviser == nil {
		with := o.Advise
		with.Evidence = nil
		if o.Traffic != nil {
			with.Evidence = resolve.NewEvidence(o.Traffic, s.mesh)
		}
		s.adviser = advise.New(s.mesh, with)
	}
	return s.adviser
}

// each yields the units in the mesh's order.
func (s *state) each(yield func(*unit) bool) {
	all := s.mesh.Workloads()
	for first := 0; first < len(all); {
		end := first + 1
		for end < len(all) && all[end].Ref == all[first].Ref {
			end++
		}
		if !yield(&unit{all[first].Ref, all[first:end]}) {
			return
		}
		first = end
	}
}

// decisionOf is how one variant serves a port.
func decisionOf(w *resolve.Workload, port int32) *resolve.Decision { return w.Decision(port) }

// mode is what the port of a unit serves: the weakest of its variants.
func (u *unit) mode(port int32) resolve.Mode {
	out := resolve.Unset
	for _, w := range u.variants {
		if m := decisionOf(w, port).Mode; out == resolve.Unset || strength(m) < strength(out) {
			out = m
		}
	}
	return out
}

// meant is what a port serves, or would with the sidecar that nobody knows of.
func meant(d *resolve.Decision) resolve.Mode {
	if d.Mode == resolve.Unknown {
		return d.IfMeshed
	}
	return d.Mode
}

// means is the weakest of what the variants serve, or would.
func (u *unit) means(port int32) resolve.Mode {
	out := resolve.Unset
	for _, w := range u.variants {
		if m := meant(decisionOf(w, port)); out == resolve.Unset || strength(m) < strength(out) {
			out = m
		}
	}
	return out
}

// strength orders modes by what they refuse; what nobody knows refuses nothing.
func strength(m resolve.Mode) int {
	return slices.Index([]resolve.Mode{resolve.None, resolve.Unknown, resolve.Disable, resolve.Permissive, resolve.TLS, resolve.Strict}, m)
}

// dataplane is what stands in front of all variants: none or unknown where any has that.
func (u *unit) dataplane() resolve.Dataplane {
	out := u.variants[0].Membership.Dataplane
	for _, w := range u.variants[1:] {
		switch d := w.Membership.Dataplane; {
		case d == resolve.DataplaneUnknown, d == resolve.DataplaneNone && out != resolve.DataplaneUnknown:
			out = d
		}
	}
	return out
}

// set is the change that makes an object what it shall be, nil where it is.
func (s *state) set(o resolve.Object, same func(a, b resolve.Object) bool, what, why string) *Change {
	was, there := s.byRef[o.Ref()]
	switch {
	case !there:
		return &Change{How: Create, Is: o, What: what, Why: why}
	case same(was, o):
		return nil
	}
	return &Change{How: Replace, Was: was, Is: o, What: what, Why: why}
}
