package manifest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// list reads n as a list if it is one; false when it is an object. kubectl takes anything
// that has items for a list, whatever it calls itself.
func (b *Batch) list(d Document, n *yaml.Node, way path, h Head) bool {
	key := "items"
	if h.isTemplate() {
		key = "objects"
	}
	items := Child(n, key)
	_, isRead := h.reading()
	switch {
	case h.isTemplate() && (items == nil || items.Kind != yaml.SequenceNode):
		return false
	case items != nil && items.Kind == yaml.SequenceNode && len(way) > maxNested:
		b.notAList(d, n, h, fmt.Sprintf("lists in lists, deeper than %d, are not read", maxNested/2))
	case items != nil && items.Kind == yaml.SequenceNode && (h.isList() || h.isTemplate()):
		if h.isTemplate() {
			b.unprocessed(d, n, items)
		}
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

// unprocessed says that nobody applies the objects of a Template as they stand, where some of
// them are read.
func (b *Batch) unprocessed(d Document, n, items *yaml.Node) {
	if !slices.ContainsFunc(items.Content, func(c *yaml.Node) bool { _, isRead := headOf(Follow(c)).reading(); return isRead }) {
		return
	}
	b.Problems = append(b.Problems, resolve.Problem{
		Position: d.at(n), Message: strings.TrimSpace("Template "+Scalar(n, "metadata", "name")) + " is not applied as it stands: its objects are read without their parameters",
		Hint: "oc process -f FILE -o yaml | mtlsctl analyze -f - reads what is applied",
	})
}

// statusOnly says that an object is what a cluster says of one, and not what is applied to it.
func (b *Batch) statusOnly(d Document, n *yaml.Node, h Head, kind resolve.Kind) {
	if d.file == "" || b.Head > 0 || Child(n, "status") == nil || value(n, "spec", nil) != nil || !hasSpec(kind) {
		return
	}
	b.Problems = append(b.Problems, resolve.Problem{
		Position: d.at(n), Ref: resolve.Ref{Kind: kind, Namespace: cmp.Or(Scalar(n, "metadata", "namespace"), b.Namespace), Name: Scalar(n, "metadata", "name")},
		Message: h.Kind + " has a status and no spec: it is not what was applied", Hint: "write its spec, or remove the document",
	})
}

// hasSpec reports a kind of which an object says what it asks for in its spec.
func hasSpec(kind resolve.Kind) bool {
	return public.Of(string(kind)).Child("spec") != nil && kind != resolve.KindMeshConfig
}

// maxNested is how long the way to a list may be: two steps for each list around it.
const maxNested = 2 * maxDepth

func hasItems(n *yaml.Node) bool { return value(n, "items", nil) != nil }

func (b *Batch) notAList(d Document, n *yaml.Node, h Head, message string) {
	b.skip(cmp.Or(h.Kind, "non-object"))
	b.Problems = append(b.Problems, resolve.Problem{
		Position: d.at(n), Message: cmp.Or(h.Kind, "object") + ": " + message,
		Hint: "write one object for each document, or the objects as items of a kind: List",
	})
}
