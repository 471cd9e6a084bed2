package resolve

import (
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

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

// Input is one of the objects that the mesh was made of, by its name; see Inputs.
func (m *Mesh) Input(ref Ref) (o Object, there bool) {
	o = m.inputs.object(ref)
	return o, o.Value != nil
}

// Ages are the time of the youngest object that the mesh was made of, and whether any of
// them was read of a cluster; see Inputs.
func (m *Mesh) Ages() (young metav1.Time, live bool) {
	c := m.inputs
	look := func(o *Object) {
		live = live || o.OfCluster()
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
