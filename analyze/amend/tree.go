package amend

import (
	"errors"
	"fmt"
	"math"

	"go.yaml.in/yaml/v3"
)

// odd is a scalar that is no text, number or boolean: a date, a binary, a number that JSON
// has not.
type odd struct{ tag, text string }

// limit is how many values a document may hold with its aliases written out.
const limit = 2_000_000

// decoder turns nodes into a tree; left is how many values it may still make.
type decoder struct {
	left int
	open map[*yaml.Node]bool
}

// decoded is the tree that a node stands for, with aliases and merge keys written out.
func decoded(n *yaml.Node) (any, error) {
	d := decoder{left: limit, open: map[*yaml.Node]bool{}}
	return d.value(n)
}

func (d *decoder) value(n *yaml.Node) (any, error) {
	if d.left--; d.left < 0 {
		return nil, errors.New("aliases make it too large")
	}
	switch n.Kind {
	case yaml.AliasNode:
		if d.open[n.Alias] {
			return nil, fmt.Errorf("line %d: *%s contains itself", n.Line, n.Value)
		}
		return d.value(n.Alias)
	case yaml.MappingNode:
		d.open[n] = true
		defer delete(d.open, n)
		return d.mapping(n)
	case yaml.SequenceNode:
		d.open[n] = true
		defer delete(d.open, n)
		list := []any{}
		for _, item := range n.Content {
			v, err := d.value(item)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	}
	return scalar(n), nil
}

func (d *decoder) mapping(n *yaml.Node) (any, error) {
	own, merged := map[string]any{}, map[string]any{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		v, err := d.value(value)
		if err != nil {
			return nil, err
		}
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		_, twice := own[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode:
			return nil, fmt.Errorf("line %d: a key is not text", key.Line)
		case isMerge(key):
			merge(merged, v)
		case twice:
			return nil, fmt.Errorf("line %d: the key %q is defined twice", key.Line, key.Value)
		default:
			own[key.Value] = v
		}
	}
	for k, v := range merged {
		if _, there := own[k]; !there {
			own[k] = v
		}
	}
	return own, nil
}

func isMerge(key *yaml.Node) bool { return key.Value == "<<" && key.ShortTag() == "!!merge" }

// merge adds what a merge key brings: a map, or several of which the first wins.
func merge(into map[string]any, from any) {
	switch v := from.(type) {
	case map[string]any:
		for k, inner := range v {
			if _, there := into[k]; !there {
				into[k] = inner
			}
		}
	case []any:
		for _, inner := range v {
			if m, is := inner.(map[string]any); is {
				merge(into, m)
			}
		}
	}
}

func scalar(n *yaml.Node) any {
	switch tag := n.ShortTag(); tag {
	case "!!null":
		return nil
	case "!!str":
		return n.Value
	case "!!bool", "!!int", "!!float":
		var v any
		if n.Decode(&v) != nil {
			return odd{tag, n.Value}
		}
		if f, is := v.(float64); is && (math.IsNaN(f) || math.IsInf(f, 0)) {
			return odd{tag, n.Value}
		}
		return integer(v)
	default:
		return odd{tag, n.Value}
	}
}

// integer makes one type of all whole numbers that fit it.
func integer(v any) any {
	switch n := v.(type) {
	case int:
		return int64(n)
	case uint64:
		if n <= math.MaxInt64 {
			return int64(n)
		}
	}
	return v
}
