package manifest

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve/source/validation"
)

// jsonValue is a node as the API server sees it after kubectl made JSON of it: one of
// a document without merge keys and without keys that are written twice.
type jsonValue yaml.Node

// jsonOf is the value of a node, null for none.
func jsonOf(n *yaml.Node) *jsonValue {
	if n = Follow(n); n == nil {
		return (*jsonValue)(jsonNull)
	}
	return (*jsonValue)(n)
}

var jsonNull = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}

// regular is n with its merge keys unfolded, and of keys that are written twice the last.
// It was decoded before, so what aliases unfold to is bounded.
func regular(n *yaml.Node) *yaml.Node {
	n = Follow(n)
	if n == nil || n.Kind == yaml.ScalarNode {
		return n
	}
	flat := *n
	flat.Content = nil
	if n.Kind == yaml.SequenceNode {
		for _, c := range n.Content {
			flat.Content = append(flat.Content, regular(c))
		}
		return &flat
	}
	new(decoder).each(n, func(key, value *yaml.Node) {
		flat.Content = append(flat.Content, key, regular(value))
	})
	return &flat
}

// Type implements validation.Value.
func (v *jsonValue) Type() validation.Type {
	switch v.Kind {
	case yaml.MappingNode:
		return validation.Object
	case yaml.SequenceNode:
		return validation.List
	}
	switch v.Tag {
	case "!!null":
		return validation.Null
	case "!!int":
		return validation.Integer
	case "!!float":
		return validation.Number
	case "!!bool":
		return validation.Boolean
	}
	if _, ok := oldBooleans[v.Value]; ok && isBare((*yaml.Node)(v)) {
		return validation.Boolean
	}
	return validation.Text
}

// Text implements validation.Value.
func (v *jsonValue) Text() string {
	if v.Type() != validation.Text {
		return ""
	}
	return v.Value
}

// Number implements validation.Value.
func (v *jsonValue) Number() float64 {
	text := strings.ReplaceAll(v.Value, "_", "")
	switch v.Type() {
	case validation.Integer:
		if i, err := strconv.ParseInt(text, 0, 64); err == nil {
			return float64(i)
		}
		fallthrough // larger
	case validation.Number:
		f, _ := strconv.ParseFloat(text, 64)
		return f
	}
	return 0
}

// Len implements validation.Value.
func (v *jsonValue) Len() int {
	if v.Kind == yaml.MappingNode {
		return len(v.Content) / 2
	}
	return len(v.Content)
}

// Item implements validation.Value.
func (v *jsonValue) Item(i int) validation.Value { return jsonOf(v.Content[i]) }

// Field implements validation.Value.
func (v *jsonValue) Field(i int) (name string, value validation.Value) {
	return v.Content[2*i].Value, jsonOf(v.Content[2*i+1])
}

// Get implements validation.Value. A key that is written and null is there.
func (v *jsonValue) Get(name string) validation.Value {
	if v.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(v.Content); i += 2 {
		if v.Content[i].Value == name {
			return jsonOf(v.Content[i+1])
		}
	}
	return nil
}
