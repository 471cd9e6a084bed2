package yamlnode

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Field is one key of a map and its value.
type Field struct {
	Key   string
	Value *yaml.Node
}

// Fields are those of a map, in their order. A key that is not known, or is there twice,
// is an error.
func Fields(n *yaml.Node, what string, known []string) ([]Field, error) {
	if n.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%d: %s is not a map with keys such as %s", n.Line, what, known[0])
	}
	var out []Field
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case !slices.Contains(known, key.Value):
			return nil, fmt.Errorf("%d: unknown key %s of %s: it has %s", key.Line, key.Value, what, strings.Join(known, ", "))
		case seen[key.Value]:
			return nil, fmt.Errorf("%d: %s is defined twice", key.Line, key.Value)
		}
		seen[key.Value] = true
		value := n.Content[i+1]
		if value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		out = append(out, Field{key.Value, value})
	}
	return out, nil
}

// Texts are fields of which each is a word; lists and maps are left to rest.
func Texts(n *yaml.Node, what string, known []string, rest map[string]func(*yaml.Node) error) (map[string]string, error) {
	all, err := Fields(n, what, known)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, f := range all {
		switch read := rest[f.Key]; {
		case read != nil:
			err = read(f.Value)
		case f.Value.Kind != yaml.ScalarNode:
			err = fmt.Errorf("%d: %s of %s is not a word", f.Value.Line, f.Key, what)
		case f.Value.Tag != "!!null":
			out[f.Key] = f.Value.Value
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Each reads the items of a list; an empty value is an empty list.
func Each(n *yaml.Node, read func(*yaml.Node) error) error {
	if n.Kind != yaml.SequenceNode && n.Tag != "!!null" {
		return fmt.Errorf("%d: want a list", n.Line)
	}
	for _, item := range n.Content {
		if item.Kind == yaml.AliasNode {
			item = item.Alias
		}
		if err := read(item); err != nil {
			return err
		}
	}
	return nil
}
