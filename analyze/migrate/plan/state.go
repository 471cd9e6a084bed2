package plan

import (
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// state is the mesh between two waves.
type state struct {
	mesh    *mesh.Mesh
	leads   map[resolve.Ref][]*outbound.Host
	adviser *advise.Adviser
	calls   *calling
}

// unit is a workload as changes see it: one object, whose pods may differ.
type unit struct {
	ref      resolve.Ref
	variants []*inbound.Workload
}

// unit is the workload of a name, nil where there is none.
func (s *state) unit(ref resolve.Ref) *unit {
	if variants := s.mesh.Variants(ref); len(variants) > 0 {
		return &unit{ref, variants}
	}
	return nil
}

// winner is the policy of a scope that decides for a workload, nil without one.
func (s *state) winner(ref resolve.Ref, scope resolve.Scope) *inbound.PeerAuthentication {
	u := s.unit(ref)
	if u == nil {
		return nil
	}
	return u.variants[0].Winner(scope)
}

// hostsOf are the hosts that lead to a workload.
func (s *state) hostsOf(ref resolve.Ref) []*outbound.Host {
	if s.leads == nil {
		s.leads = map[resolve.Ref][]*outbound.Host{}
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

// says reports that an object of the state says what another does, and is as old.
func (s *state) says(ref resolve.Ref, o resolve.Object) bool {
	was, there := s.mesh.Input(ref)
	if !there || o.Value == nil {
		return !there && o.Value == nil
	}
	return was.Value == o.Value || was.Value.GetCreationTimestamp().Time.Equal(o.Value.GetCreationTimestamp().Time) && (alike(was, o) || inbound.Says(was) == inbound.Says(o))
}

// alike reports two objects of a name that do not differ at all: what they say need not be
// spelled out.
func alike(a, b resolve.Object) bool {
	return sameSpec(a, b) && maps.Equal(a.Value.GetLabels(), b.Value.GetLabels()) && maps.Equal(a.Value.GetAnnotations(), b.Value.GetAnnotations())
}

// after is the state that changes lead to, and what differs in it.
func (s *state) after(changes []Change) (next *state, deltas []config.Delta) {
	deltas = modelled(changes).Deltas(s.mesh)
	return &state{mesh: s.mesh.With(deltas...)}, deltas
}

// differing are the objects that changes are about.
func differing(deltas []config.Delta) diff.Objects {
	refs := make([]resolve.Ref, len(deltas))
	for i, d := range deltas {
		refs[i] = d.Ref
	}
	return diff.ObjectsNamed(refs)
}

// advice answers questions about the ports of the state, with the evidence of the plan.
func (s *state) advice(o *Options) *advise.Adviser {
	if s.adviser == nil {
		with := o.Advise
		with.Evidence = nil
		if o.Traffic != nil {
			with.Evidence = evidence.New(o.Traffic, s.mesh)
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

// eachBut yields the units but for those with one variant that another state has as the very
// same: a wave makes only those anew that it changes.
func (s *state) eachBut(was *state, yield func(*unit) bool) {
	all, before := s.mesh.Workloads(), was.mesh.Workloads()
	for first := 0; first < len(all); {
		end := first + 1
		for end < len(all) && all[end].Ref == all[first].Ref {
			end++
		}
		same := end-first == 1 && lone(before, first) && before[first] == all[first]
		if !same && !yield(&unit{all[first].Ref, all[first:end]}) {
			return
		}
		first = end
	}
}

// lone reports the only workload of its name in a sorted list.
func lone(all []*inbound.Workload, i int) bool {
	return i < len(all) && (i == 0 || all[i-1].Ref != all[i].Ref) && (i+1 == len(all) || all[i+1].Ref != all[i].Ref)
}

// decisionOf is how one variant serves a port.
func decisionOf(w *inbound.Workload, port int32) *resolve.Decision { return w.Decision(port) }

// mode is what the port of a unit serves: the weakest of its variants.
func (u *unit) mode(port int32) resolve.Mode {
	out := resolve.Unset
	for _, w := range u.variants {
		if m := decisionOf(w, port).Mode; out == resolve.Unset || m.Refuses() < out.Refuses() {
			out = m
		}
	}
	return out
}

// modeWithSidecar is what a port serves, or would with the sidecar that nobody knows of.
func modeWithSidecar(d *resolve.Decision) resolve.Mode {
	if d.Mode == resolve.Unknown {
		return d.IfMeshed
	}
	return d.Mode
}

// means is the weakest of what the variants serve, or would.
func (u *unit) means(port int32) resolve.Mode {
	out := resolve.Unset
	for _, w := range u.variants {
		if m := modeWithSidecar(decisionOf(w, port)); out == resolve.Unset || m.Refuses() < out.Refuses() {
			out = m
		}
	}
	return out
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
	was, there := s.mesh.Input(o.Ref())
	switch {
	case !there:
		return &Change{How: Create, Is: o, What: what, Why: why}
	case same(was, o):
		return nil
	}
	return &Change{How: Replace, Was: was, Is: o, What: what, Why: why}
}
