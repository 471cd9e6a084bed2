package manifest

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// lineIndex is the index of an object's lines while it is being built.
type lineIndex struct {
	doc   Document
	index map[resolve.Field]int
	// aliased is how many aliases lead here, unfolded how many values were
	// reached through any.
	aliased, unfolded int
}

func (b *lineIndex) add(n *yaml.Node, at resolve.Field, depth int) {
	if n != nil && n.Kind == yaml.AliasNode {
		b.aliased++
		defer func() { b.aliased-- }()
	}
	if b.aliased > 0 {
		b.unfolded++
	}
	if n = Follow(n); n == nil || depth > maxDepth || b.unfolded > maxAliased/10 {
		return
	}
	switch n.Kind {
	case yaml.SequenceNode:
		for i, c := range n.Content {
			b.index[at.Index(i)] = b.doc.lineOf(c)
			b.add(c, at.Index(i), depth+1)
		}
	case yaml.MappingNode:
		b.merged(n, at, depth)
		b.mapping(n, at, depth)
	}
}

// merged goes before mapping, whose own keys overwrite it.
func (b *lineIndex) merged(n *yaml.Node, at resolve.Field, depth int) {
	b.aliased++
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !isMerge(n.Content[i]) {
			continue
		}
		for _, m := range slices.Backward(mergedMaps(n.Content[i+1])) {
			b.add(m, at, depth+1)
		}
	}
	b.aliased--
}

func (b *lineIndex) mapping(n *yaml.Node, at resolve.Field, depth int) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i]; key.Kind == yaml.ScalarNode && !isMerge(key) {
			field := at.Child(key.Value)
			b.index[field] = b.doc.lineOf(key)
			b.add(n.Content[i+1], field, depth+1)
		}
	}
}
