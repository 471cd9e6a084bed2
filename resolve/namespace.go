package resolve

import (
	"maps"
	"slices"
)

func namespacesOf(c *collection) ([]*Namespace, map[string]*Namespace) {
	byName := map[string]*Namespace{}
	for name := range c.everywhere {
		byName[name] = &Namespace{Name: name}
	}
	for _, o := range c.namespaces {
		byName[o.As.Name] = &Namespace{Name: o.As.Name, Origin: o.Origin, Labels: o.As.Labels, Known: true}
	}
	list := make([]*Namespace, 0, len(byName))
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		list = append(list, byName[name])
	}
	return list, byName
}
