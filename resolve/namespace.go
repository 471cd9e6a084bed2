package resolve

import (
	"maps"
	"slices"
)

func NamespacesOf(c *Collection) ([]*Namespace, map[string]*Namespace) {
	byName := map[string]*Namespace{}
	for name := range c.Everywhere {
		byName[name] = &Namespace{Name: name}
	}
	for _, o := range c.Namespaces {
		byName[o.As.Name] = &Namespace{Name: o.As.Name, Origin: o.Origin, Labels: o.As.Labels, Known: true}
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
	Origin Origin
	Labels map[string]string
	// Known is true when the Namespace object itself was in the input; without
	// it nobody can tell who is injected.
	Known bool
}

// label is where a label of the namespace is written.
func (n *Namespace) label(key string) Place { return Place{n.Origin, Path("metadata", "labels", key)} }

func (n *Namespace) ref() Ref { return Ref{Kind: KindNamespace, Name: n.Name} }
