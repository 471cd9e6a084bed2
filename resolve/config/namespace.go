package config

import (
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// NamespacesOf are the namespaces that objects live in, sorted, and by name.
func NamespacesOf(c *Collection) ([]*Namespace, map[string]*Namespace) {
	byName := map[string]*Namespace{}
	for name := range c.Everywhere {
		byName[name] = &Namespace{Name: name}
	}
	for _, o := range c.Namespaces {
		byName[o.As.Name] = &Namespace{Name: o.As.Name, Origin: o.Origin, Labels: o.As.Labels, Annotations: o.As.Annotations, Known: true}
	}
	list := make([]*Namespace, 0, len(byName))
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		list = append(list, byName[name])
	}
	return list, byName
}

// Namespace is one namespace that an object of the input lives in.
type Namespace struct {
	Name   string
	Origin resolve.Origin
	Labels map[string]string
	// Annotations are those by which other meshes than Istio inject.
	Annotations map[string]string
	// Known is true when the Namespace object itself was in the input; without
	// it nobody can tell who is injected.
	Known bool
}

// Label is where a label of the namespace is written.
func (n *Namespace) Label(key string) resolve.Place {
	return resolve.Place{Origin: n.Origin, Field: resolve.Path("metadata", "labels", key)}
}

// Ref names the Namespace object.
func (n *Namespace) Ref() resolve.Ref { return resolve.Ref{Kind: resolve.KindNamespace, Name: n.Name} }
