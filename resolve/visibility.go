package resolve

import (
	"slices"
	"strings"
)

// ExportTo is a set of namespaces to which an object is visible: "*" everyone,
// "." its own, "~" nobody, else names. Sorted, without repeats; empty means that
// the object says nothing.
type ExportTo []string

func NewExportTo(list []string) ExportTo {
	e := ExportTo(slices.Clone(list))
	slices.Sort(e)
	return slices.Compact(e)
}

func (e ExportTo) Has(word string) bool {
	_, found := slices.BinarySearch(e, word)
	return found
}

func (e ExportTo) Contains(o ExportTo) bool {
	return !slices.ContainsFunc(o, func(word string) bool { return !e.Has(word) })
}

// OrDefault is e, or the mesh's default where e says nothing, or everyone.
func (e ExportTo) OrDefault(mesh []string) ExportTo {
	switch {
	case len(e) > 0:
		return e
	case len(mesh) > 0:
		return NewExportTo(mesh)
	}
	return ExportTo{"*"}
}

// String is the set as people write it; "unset" for one that says nothing.
func (e ExportTo) String() string {
	if len(e) == 0 {
		return "unset"
	}
	return "[" + strings.Join(e, ", ") + "]"
}

// VisibleIn reports whether an object of namespace own is seen from another.
func (e ExportTo) VisibleIn(client, own string) bool {
	return e.Has("*") || !e.Has("~") && (e.Has(client) || e.Has(".") && client == own)
}
