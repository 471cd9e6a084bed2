package mesh

import (
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Inputs are the objects that the mesh was made of, sorted by kind; all of them with
// Options.Editable.
func (m *Mesh) Inputs() []resolve.Object {
	c := m.inputs
	if c == nil {
		return nil
	}
	out := make([]resolve.Object, 0, len(c.Namespaces)+len(c.Services)+len(c.Slices)+len(c.Endpoints)+len(c.Pods)+len(c.Controllers))
	out = resolve.Appended(out, c.Namespaces)
	out = resolve.Appended(out, c.Services)
	out = resolve.Appended(out, c.Slices)
	out = resolve.Appended(out, c.Endpoints)
	out = resolve.Appended(out, c.Pods)
	out = resolve.Appended(out, c.Controllers)
	for _, kind := range slices.Sorted(maps.Keys(c.Others)) {
		out = append(out, c.Others[kind]...)
	}
	return out
}

// Input is one of the objects that the mesh was made of, by its name; see Inputs.
func (m *Mesh) Input(ref resolve.Ref) (o resolve.Object, there bool) {
	o = m.inputs.Object(ref)
	return o, o.Value != nil
}

// Ages are the time of the youngest object that the mesh was made of, and whether any of
// them was read of a cluster; see Inputs.
func (m *Mesh) Ages() (young metav1.Time, live bool) {
	c := m.inputs
	look := func(o *resolve.Object) {
		live = live || o.OfCluster()
		if t := o.Value.GetCreationTimestamp(); young.Before(&t) {
			young = t
		}
	}
	resolve.Look(c.Namespaces, look)
	resolve.Look(c.Services, look)
	resolve.Look(c.Slices, look)
	resolve.Look(c.Endpoints, look)
	resolve.Look(c.Pods, look)
	resolve.Look(c.Controllers, look)
	for _, list := range c.Others {
		for i := range list {
			look(&list[i])
		}
	}
	return young, live
}
