package source

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// held is a custom resource as it stands in a cluster: what kubectl apply merges a
// file into.
type held struct {
	// spec is what it says, last the spec of the file that was applied last; nil where
	// nobody wrote that down.
	spec, last *yaml.Node
}

// merges reports kinds whose files are merged field by field: those that the API
// server knows only as custom resources.
func merges(kind resolve.Kind) bool {
	l, ok := listedAs(kind)
	return ok && l.list == nil
}

// hold keeps an object for a later merge.
func (b *batch) hold(n *yaml.Node, ref resolve.Ref) {
	h := held{spec: copied(child(n, "spec"))}
	if text := scalar(n, "metadata", "annotations", resolve.LastApplied); text != "" {
		if last, err := jsonNode([]byte(text)); err == nil {
			h.last = child(last, "spec")
		}
	}
	if b.held == nil {
		b.held = map[resolve.Ref]held{}
	}
	b.held[ref] = h
}

// copied is a tree of its own: a parser may use its nodes again. A tree with aliases is
// nil: no snapshot has any, and one alias may stand for a billion nodes.
func copied(n *yaml.Node) *yaml.Node {
	if n == nil || n.Kind == yaml.AliasNode {
		return nil
	}
	c := *n
	c.Content = make([]*yaml.Node, len(n.Content))
	for i, inner := range n.Content {
		if c.Content[i] = copied(inner); c.Content[i] == nil {
			return nil
		}
	}
	return &c
}

// onto is the object of a file as kubectl apply would leave it in the cluster: a field
// that the file does not set stays, unless the last file had it.
func (b *batch) onto(d document, n *yaml.Node, r reading) *yaml.Node {
	ref := b.ref(n, r)
	h, there := b.base[ref]
	spec := child(n, "spec")
	if !there || spec == nil || h.spec == nil {
		return n
	}
	m := merge{}
	whole := m.fields(spec, h.spec, h.last, "spec")
	if len(m.kept) > 0 {
		b.notes = append(b.notes, Note{
			Position: d.at(spec),
			Message:  fmt.Sprintf("%s keeps %s of the cluster: the file does not set it, and no file that was applied before did", ref, strings.Join(m.kept, ", ")),
			Hint:     "kubectl apply keeps it too; other ways to apply, such as --server-side, take it away where they had set it",
		})
	}
	out := *n
	out.Content = append([]*yaml.Node{}, n.Content...)
	for i := 0; i+1 < len(out.Content); i += 2 {
		if out.Content[i].Value == "spec" {
			out.Content[i+1] = whole
		}
	}
	return &out
}

// merge is the merge of one object.
type merge struct{ kept []string }

// fields merges mappings; anything else is the file's.
func (m *merge) fields(file, cluster, last *yaml.Node, at resolve.Field) *yaml.Node {
	file, cluster = follow(file), follow(cluster)
	if file == nil || cluster == nil || file.Kind != yaml.MappingNode || cluster.Kind != yaml.MappingNode {
		return file
	}
	out := *file
	out.Content = nil
	set := map[string]bool{}
	for i := 0; i+1 < len(file.Content); i += 2 {
		key := file.Content[i]
		set[key.Value] = true
		value := m.fields(file.Content[i+1], child(cluster, key.Value), child(last, key.Value), at.Child(key.Value))
		if value == nil {
			value = file.Content[i+1]
		}
		out.Content = append(out.Content, key, value)
	}
	for i := 0; i+1 < len(cluster.Content); i += 2 {
		key := cluster.Content[i]
		if set[key.Value] || child(file, key.Value) != nil || child(last, key.Value) != nil {
			continue
		}
		m.kept = append(m.kept, string(at.Child(key.Value)))
		out.Content = append(out.Content, key, cluster.Content[i+1])
	}
	return &out
}
