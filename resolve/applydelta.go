package resolve

import (
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Deltas are what the Change does to the objects that a mesh was made of, as To has it; the
// mesh has to be Options.Editable, and of one cluster. Where no Service, Namespace or pod is
// among what changes, nothing else of the mesh is looked at.
func (c Change) Deltas(m *Mesh) []Delta {
	if c.Prune != nil || c.Restart || slices.ContainsFunc(slices.Concat(c.Apply, c.Replace), func(o Object) bool { return !standsAlone(o.Kind) }) ||
		slices.ContainsFunc(c.Remove, func(r Ref) bool { return !standsAlone(r.Kind) }) {
		return c.wholeDeltas(m)
	}
	a := &applying{Change: c, was: map[Ref]Object{}}
	a.young, a.live = m.inputs.ages()
	var out []Delta
	changed := map[Ref]bool{}
	for i, o := range slices.Concat(c.Apply, c.Replace) {
		ref := o.Ref()
		changed[ref] = true
		if was := m.inputs.object(ref); was.Value != nil {
			a.was[ref] = was
		}
		if i < len(c.Apply) {
			a.apply(o)
		} else {
			a.replace(o)
		}
		out = append(out, Becomes(o))
	}
	for _, ref := range c.Remove {
		if !changed[ref] && m.inputs.object(ref).Value != nil {
			out = append(out, Goes(ref))
		}
	}
	return out
}

// standsAlone reports a kind whose objects change without others: no pods come or go with
// them, and no EndpointSlices.
func standsAlone(k Kind) bool {
	switch k {
	case KindPod, KindService, KindNamespace, KindEndpointSlice, KindEndpoints:
		return false
	}
	return !makesPods(k)
}

// wholeDeltas compares all objects before and after.
func (c Change) wholeDeltas(m *Mesh) []Delta {
	base := m.Inputs()
	head, _ := c.To(base)
	return Between(base, head)
}

// Between are the changes that make one list of objects another: of objects that are not the
// very same. Of several of a name the last counts, as in a Mesh.
func Between(base, head []Object) []Delta {
	was, is := make(map[Ref]Object, len(base)), make(map[Ref]Object, len(head))
	for _, o := range base {
		was[o.Ref()] = o
	}
	for _, o := range head {
		is[o.Ref()] = o
	}
	var out []Delta
	for ref, o := range is {
		if before, there := was[ref]; !there || before.Value != o.Value {
			out = append(out, Becomes(o))
		}
	}
	for ref := range was {
		if _, there := is[ref]; !there {
			out = append(out, Goes(ref))
		}
	}
	return out
}

// Inputs are the objects that the mesh was made of, sorted by kind; all of them with
// Options.Editable.
func (m *Mesh) Inputs() []Object {
	c := m.inputs
	if c == nil {
		return nil
	}
	out := make([]Object, 0, len(c.namespaces)+len(c.services)+len(c.slices)+len(c.endpoints)+len(c.pods)+len(c.controllers))
	out = appended(out, c.namespaces)
	out = appended(out, c.services)
	out = appended(out, c.slices)
	out = appended(out, c.endpoints)
	out = appended(out, c.pods)
	out = appended(out, c.controllers)
	for _, kind := range slices.Sorted(maps.Keys(c.others)) {
		out = append(out, c.others[kind]...)
	}
	return out
}

func appended[T any](out []Object, list []of[T]) []Object {
	for i := range list {
		out = append(out, list[i].Object)
	}
	return out
}

// Input is one of the objects that the mesh was made of, by its name; see Inputs.
func (m *Mesh) Input(ref Ref) (o Object, there bool) {
	o = m.inputs.object(ref)
	return o, o.Value != nil
}

// ages are the youngest object's, and whether any object was read of a cluster.
func (c *collection) ages() (young metav1.Time, live bool) {
	look := func(o *Object) {
		live = live || ofCluster(*o)
		if t := o.Value.GetCreationTimestamp(); young.Before(&t) {
			young = t
		}
	}
	lookAt(c.namespaces, look)
	lookAt(c.services, look)
	lookAt(c.slices, look)
	lookAt(c.endpoints, look)
	lookAt(c.pods, look)
	lookAt(c.controllers, look)
	for _, list := range c.others {
		for i := range list {
			look(&list[i])
		}
	}
	return young, live
}

func lookAt[T any](list []of[T], look func(*Object)) {
	for i := range list {
		look(&list[i].Object)
	}
}
