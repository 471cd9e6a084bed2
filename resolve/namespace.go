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
		byName[o.value.Name] = &Namespace{Name: o.value.Name, Origin: o.Origin, Labels: o.value.Labels, Known: true}
	}
	list := make([]*Namespace, 0, len(byName))
	for _, name := range sortedKeys(byName) {
		list = append(list, byName[name])
	}
	return list, byName
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
