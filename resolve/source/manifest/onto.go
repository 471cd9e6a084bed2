package manifest

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Held is a custom resource as it stands in a cluster: what kubectl apply merges a
// file into.
type Held struct {
	// spec is what it says, last the spec of the file that was applied last; nil where
	// nobody wrote that down.
	spec, Last *yaml.Node
}

// merges reports kinds whose files are merged field by field: those that come as custom
// resources. The others come in protobuf, cut down to what counts.
func merges(kind resolve.Kind) bool {
	switch kind {
	case resolve.KindNamespace, resolve.KindPod, resolve.KindService, resolve.KindEndpointSlice,
		resolve.KindDeployment, resolve.KindStatefulSet, resolve.KindDaemonSet, resolve.KindCronJob:
		return false
	}
	return true
}

// hold keeps an object for a later merge.
func (b *Batch) hold(n *yaml.Node, ref resolve.Ref) {
	h := Held{spec: copied(Child(n, "spec"))}
	if text := Scalar(n, "metadata", "annotations", resolve.LastApplied); text != "" {
		if last, err := jsonNode([]byte(text)); err == nil {
			h.Last = Child(last, "spec")
		}
	}
	if b.Held == nil {
		b.Held = map[resolve.Ref]Held{}
	}
	b.Held[ref] = h
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
func (b *Batch) onto(d Document, n *yaml.Node, r reading) *yaml.Node {
	ref := b.ref(n, r)
	h, there := b.Base[ref]
	spec := Child(n, "spec")
	if !there || spec == nil || h.spec == nil {
		return n
	}
	m := merge{}
	whole := m.fields(spec, h.spec, h.Last, "spec")
	if len(m.kept) > 0 {
		b.Notes = append(b.Notes, Note{
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
	file, cluster = Follow(file), Follow(cluster)
	if file == nil || cluster == nil || file.Kind != yaml.MappingNode || cluster.Kind != yaml.MappingNode {
		return file
	}
	out := *file
	out.Content = nil
	set := map[string]bool{}
	for i := 0; i+1 < len(file.Content); i += 2 {
		key := file.Content[i]
		set[key.Value] = true
		value := m.fields(file.Content[i+1], Child(cluster, key.Value), Child(last, key.Value), at.Child(key.Value))
		if value == nil {
			value = file.Content[i+1]
		}
		out.Content = append(out.Content, key, value)
	}
	for i := 0; i+1 < len(cluster.Content); i += 2 {
		key := cluster.Content[i]
		if set[key.Value] || Child(file, key.Value) != nil || Child(last, key.Value) != nil {
			continue
		}
		m.kept = append(m.kept, string(at.Child(key.Value)))
		out.Content = append(out.Content, key, cluster.Content[i+1])
	}
	return &out
}
