package source

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// list reads n as a list if it is one; false when it is an object. kubectl takes anything
// that has items for a list, whatever it calls itself.
func (b *batch) list(d document, n *yaml.Node, way path, h head) bool {
	key := "items"
	if h.isTemplate() {
		key = "objects"
	}
	items := child(n, key)
	_, isRead := h.reading()
	switch {
	case h.isTemplate() && (items == nil || items.Kind != yaml.SequenceNode):
		return false
	case items != nil && items.Kind == yaml.SequenceNode && len(way) > maxNested:
		b.notAList(d, n, h, fmt.Sprintf("lists in lists, deeper than %d, are not read", maxNested/2))
	case items != nil && items.Kind == yaml.SequenceNode && (h.isList() || h.isTemplate()):
		b.items(d, items, append(way.clone(), key), h)
	case items != nil && items.Kind == yaml.SequenceNode && (isRead || listsObjects(items)):
		b.notAList(d, n, h, "an object with items is a list to kubectl, which applies the items and not the object")
		b.items(d, items, append(way.clone(), key), h)
	case isRead && len(way) == 0 && d.item == nil && hasItems(n):
		b.notAList(d, n, h, "an object with items is a list to kubectl, which does not apply the object")
	default:
		return false
	}
	return true
}

// maxNested is how long the way to a list may be: two steps for each list around it.
const maxNested = 2 * maxDepth

func hasItems(n *yaml.Node) bool { return value(n, "items", nil) != nil }

func (b *batch) notAList(d document, n *yaml.Node, h head, message string) {
	b.skip(firstOf(h.kind, "non-object"))
	b.problems = append(b.problems, resolve.Problem{
		Position: d.at(n), Message: firstOf(h.kind, "object") + ": " + message,
		Hint: "write one object for each document, or the objects as items of a kind: List",
	})
}
