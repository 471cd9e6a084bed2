package source

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve/source/validation"
)

// jsonValue is a node as the API server sees it after kubectl made JSON of it. It was
// decoded before, so what aliases unfold to is bounded.
type jsonValue yaml.Node

// jsonOf is the value of a node, null for none.
func jsonOf(n *yaml.Node) *jsonValue {
	if n = follow(n); n == nil {
		return (*jsonValue)(jsonNull)
	}
	return (*jsonValue)(n)
}

var jsonNull = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}

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
func (v *jsonValue) Len() (n int) {
	if v.Kind == yaml.MappingNode {
		for range v.Fields {
			n++
		}
		return n
	}
	return len(v.Content)
}

// Item implements validation.Value.
func (v *jsonValue) Item(i int) validation.Value { return jsonOf(v.Content[i]) }

// Get implements validation.Value. A key that is written and null is there.
func (v *jsonValue) Get(name string) validation.Value {
	if v.Kind != yaml.MappingNode {
		return nil
	}
	if n := value((*yaml.Node)(v), name, nil); n != nil {
		return jsonOf(n)
	}
	return nil
}

// Fields implements validation.Value: merge keys unfolded, of duplicates the last.
func (v *jsonValue) Fields(yield func(name string, v validation.Value) bool) {
	if v.Kind != yaml.MappingNode {
		return
	}
	pairs := v.Content
	if hasMerge((*yaml.Node)(v)) {
		pairs = new(decoder).unfold((*yaml.Node)(v), 0)
	}
	var overridden map[int]bool
	if repeats(pairs) {
		overridden = new(decoder).duplicates(pairs)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		key := follow(pairs[i])
		if key == nil || key.Kind != yaml.ScalarNode || overridden[i] {
			continue
		}
		if !yield(key.Value, jsonOf(pairs[i+1])) {
			return
		}
	}
}

// repeats reports keys of which one may be written twice.
func repeats(pairs []*yaml.Node) bool {
	if len(pairs) > 2*24 {
		return true
	}
	for i := 2; i < len(pairs); i += 2 {
		for j := 0; j < i; j += 2 {
			if pairs[i].Value == pairs[j].Value {
				return true
			}
		}
	}
	return false
}
