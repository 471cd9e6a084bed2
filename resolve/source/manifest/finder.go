package manifest

import (
	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// finder looks for the line of one field in a parsed document.
type finder struct {
	doc Document
	// merged is how many mappings were looked at because another merges them.
	merged int
}

// line is where a field below n is written: its key, or its item; 0 for nowhere.
func (s *finder) line(n *yaml.Node, f resolve.Field) int {
	n = Follow(n)
	switch {
	case n == nil || s.merged > maxAliased/10:
		return 0
	case n.Kind == yaml.SequenceNode:
		return s.item(n, f)
	case n.Kind == yaml.MappingNode:
		return s.key(n, f)
	}
	return 0
}

func (s *finder) item(n *yaml.Node, f resolve.Field) int {
	i, rest, ok := f.Position()
	if !ok || i >= len(n.Content) {
		return 0
	}
	return s.at(n.Content[i], n.Content[i], rest)
}

// key looks into the mapping's own keys first, of duplicates the last, then into the
// mappings that it merges.
func (s *finder) key(n *yaml.Node, f resolve.Field) int {
	merges := false
	for i := len(n.Content) - 2; i >= 0; i -= 2 {
		key := n.Content[i]
		if isMerge(key) {
			merges = true
		} else if rest, ok := f.Below(key.Value); ok && key.Kind == yaml.ScalarNode {
			if line := s.at(key, n.Content[i+1], rest); line > 0 {
				return line
			}
		}
	}
	if !merges {
		return 0
	}
	return s.inMerged(n, f)
}

func (s *finder) inMerged(n *yaml.Node, f resolve.Field) int {
	for i := len(n.Content) - 2; i >= 0; i -= 2 {
		if !isMerge(n.Content[i]) {
			continue
		}
		for _, m := range mergedMaps(n.Content[i+1]) {
			s.merged++
			if line := s.line(m, f); line > 0 {
				return line
			}
		}
	}
	return 0
}

// at is the line of the node that stands for the field itself, or of what is below it.
func (s *finder) at(node, value *yaml.Node, rest resolve.Field) int {
	if rest == "" {
		return s.doc.lineOf(node)
	}
	return s.line(value, rest)
}
