package manifest

import (
	"encoding/json"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// likeness compares nodes with what kubectl reads. It looks at nodes as the decoders do,
// and takes nothing for the same that any of them may see otherwise.
type likeness struct{ decoder }

func (l *likeness) same(n *yaml.Node, v any) bool {
	n = Follow(n)
	switch {
	case n == nil:
		return v == nil
	case n.Kind == yaml.MappingNode:
		m, ok := v.(map[string]any)
		return ok && n.Tag == "!!map" && l.sameMapping(n, m)
	case n.Kind == yaml.SequenceNode:
		s, ok := v.([]any)
		return ok && n.Tag == "!!seq" && l.sameSequence(n, s)
	}
	return sameScalar(n, v)
}

func (l *likeness) sameMapping(n *yaml.Node, m map[string]any) bool {
	for i := 0; i < len(n.Content); i += 2 {
		if k := n.Content[i]; k.Kind != yaml.ScalarNode || isMerge(k) {
			return false
		}
	}
	count, same := 0, true
	l.each(n, func(key, value *yaml.Node) {
		v, there := m[key.Value]
		count++
		same = same && there && l.same(value, v)
	})
	return same && count == len(m)
}

func (l *likeness) sameSequence(n *yaml.Node, s []any) bool {
	if len(n.Content) != len(s) {
		return false
	}
	for i, c := range n.Content {
		if !l.same(c, s[i]) {
			return false
		}
	}
	return true
}

func sameScalar(n *yaml.Node, v any) bool {
	old, isOld := oldBooleans[n.Value]
	isOld = isOld && isBare(n) && n.Tag == "!!str"
	switch v := v.(type) {
	case bool:
		return isOld && v == old || n.Tag == "!!bool" && n.Value == strconv.FormatBool(v)
	case string:
		return n.Value == v && (n.Tag == "!!str" && !isOld || n.Tag == "!!timestamp")
	case json.Number:
		return (n.Tag == "!!int" || n.Tag == "!!float") && sameNumber(n, v)
	}
	return false
}

// sameNumber compares what parseInteger, and who reads floats, would make of a node.
func sameNumber(n *yaml.Node, v json.Number) bool {
	tag, text := numberOf(v)
	if tag == "!!int" {
		return n.Tag == tag && n.Value == text
	}
	got, err := strconv.ParseFloat(n.Value, 64)
	want, _ := v.Float64()
	return n.Tag == tag && err == nil && got == want
}
