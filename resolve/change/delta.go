package change

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Deltas are what the Change does to the objects that a mesh was made of, as To has it; the
// mesh has to be Options.Editable, and of one cluster. Where no Service, Namespace or pod is
// among what changes, nothing else of the mesh is looked at.
func (c Change) Deltas(m *mesh.Mesh) []resolve.Delta {
	if c.Prune != nil || c.Restart || slices.ContainsFunc(slices.Concat(c.Apply, c.Replace), func(o resolve.Object) bool { return !standsAlone(o.Kind) }) ||
		slices.ContainsFunc(c.Remove, func(r resolve.Ref) bool { return !standsAlone(r.Kind) }) {
		return c.wholeDeltas(m)
	}
	a := &applying{Change: c, was: map[resolve.Ref]resolve.Object{}}
	a.young, a.live = m.Ages()
	var out []resolve.Delta
	changed := map[resolve.Ref]bool{}
	for i, o := range slices.Concat(c.Apply, c.Replace) {
		ref := o.Ref()
		changed[ref] = true
		if was, there := m.Input(ref); there {
			a.was[ref] = was
		}
		if i < len(c.Apply) {
			a.apply(o)
		} else {
			a.replace(o)
		}
		out = append(out, resolve.Becomes(o))
	}
	for _, ref := range c.Remove {
		_, there := m.Input(ref)
		if !changed[ref] && there {
			out = append(out, resolve.Goes(ref))
		}
	}
	return out
}

// standsAlone reports a kind whose objects change without others: no pods come or go with
// them, and no EndpointSlices.
func standsAlone(k resolve.Kind) bool {
	switch k {
	case resolve.KindPod, resolve.KindService, resolve.KindNamespace, resolve.KindEndpointSlice, resolve.KindEndpoints:
		return false
	}
	return !k.MakesPods()
}

// wholeDeltas compares all objects before and after.
func (c Change) wholeDeltas(m *mesh.Mesh) []resolve.Delta {
	base := m.Inputs()
	head, _ := c.To(base)
	return Between(base, head)
}

// Between are the changes that make one list of objects another: of objects that are not the
// very same. Of several of a name the last counts, as in a Mesh.
func Between(base, head []resolve.Object) []resolve.Delta {
	was, is := make(map[resolve.Ref]resolve.Object, len(base)), make(map[resolve.Ref]resolve.Object, len(head))
	for _, o := range base {
		was[o.Ref()] = o
	}
	for _, o := range head {
		is[o.Ref()] = o
	}
	var out []resolve.Delta
	for ref, o := range is {
		if before, there := was[ref]; !there || before.Value != o.Value {
			out = append(out, resolve.Becomes(o))
		}
	}
	for ref := range was {
		if _, there := is[ref]; !there {
			out = append(out, resolve.Goes(ref))
		}
	}
	return out
}
