package resolve

import (
	"slices"
	"strings"
)

// exportTo is a set of namespaces to which an object is visible: "*" everyone,
// "." its own, "~" nobody, else names. Sorted, without repeats; empty means that
// the object says nothing.
type exportTo []string

func newExportTo(list []string) exportTo {
	e := exportTo(slices.Clone(list))
	slices.Sort(e)
	return slices.Compact(e)
}

func (e exportTo) Has(word string) bool {
	_, found := slices.BinarySearch(e, word)
	return found
}

func (e exportTo) contains(o exportTo) bool {
	return !slices.ContainsFunc(o, func(word string) bool { return !e.Has(word) })
}

// orDefault is e, or the mesh's default where e says nothing, or everyone.
func (e exportTo) orDefault(mesh []string) exportTo {
	switch {
	case len(e) > 0:
		return e
	case len(mesh) > 0:
		return newExportTo(mesh)
	}
	return exportTo{"*"}
}

// String is the set as people write it; "unset" for one that says nothing.
func (e exportTo) String() string {
	if len(e) == 0 {
		return "unset"
	}
	return "[" + strings.Join(e, ", ") + "]"
}

// VisibleIn reports whether an object of namespace own is seen from another.
func (e exportTo) VisibleIn(client, own string) bool {
	return e.Has("*") || !e.Has("~") && (e.Has(client) || e.Has(".") && client == own)
}
