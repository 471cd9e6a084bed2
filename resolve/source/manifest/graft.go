package manifest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// graft makes nodes of what kubectl reads, with the lines of nodes that are near it.
type graft struct {
	line int // of what has nothing near it
	// collided are keys of mappings in which several that are written differently are
	// one key to kubectl: nobody knows which of them counts.
	collided []*yaml.Node
}

func (g *graft) node(v any, near *yaml.Node) *yaml.Node {
	if near != nil && near.Kind == yaml.AliasNode {
		near = near.Alias
	}
	switch v := v.(type) {
	case map[string]any:
		n := g.placed(yaml.MappingNode, "!!map", near)
		for _, key := range slices.Sorted(maps.Keys(v)) {
			k, value := nearest(near, key)
			name := scalarNode("!!str", key, yaml.DoubleQuotedStyle)
			name.Line = g.lineOf(cmp.Or(k, near))
			n.Content = append(n.Content, name, g.node(v[key], cmp.Or(value, k, near)))
		}
		g.collide(v, near)
		return n
	case []any:
		n := g.placed(yaml.SequenceNode, "!!seq", near)
		for i, e := range v {
			of := near
			if near != nil && near.Kind == yaml.SequenceNode && i < len(near.Content) {
				of = near.Content[i]
			}
			n.Content = append(n.Content, g.node(e, of))
		}
		return n
	}
	n := scalarOf(v)
	n.Line = g.lineOf(near)
	return n
}

func (g *graft) placed(kind yaml.Kind, tag string, near *yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: kind, Tag: tag, Line: g.lineOf(near)}
}

func (g *graft) lineOf(near *yaml.Node) int {
	if near == nil {
		return g.line
	}
	return near.Line
}

// scalarOf is the node of a JSON value that is neither object nor list.
func scalarOf(v any) *yaml.Node {
	switch v := v.(type) {
	case string:
		return scalarNode("!!str", v, yaml.DoubleQuotedStyle)
	case bool:
		return scalarNode("!!bool", fmt.Sprint(v), 0)
	case json.Number:
		tag, text := numberOf(v)
		return scalarNode(tag, text, 0)
	}
	return scalarNode("!!null", "null", 0)
}

// numberOf is what a number is to kubectl: one that is whole and has 64 bits, or a float.
func numberOf(v json.Number) (tag, text string) {
	if strings.ContainsAny(string(v), ".eE") {
		return "!!float", string(v)
	}
	if _, err := v.Int64(); err == nil {
		return "!!int", string(v)
	}
	f, _ := v.Float64()
	long, _ := json.Marshal(f)
	return "!!float", string(long)
}

// nearest finds a key, and its value, as it is written: of several the last.
func nearest(near *yaml.Node, name string) (key, value *yaml.Node) {
	if near == nil || near.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := len(near.Content) - 2; i >= 0; i -= 2 {
		if k := near.Content[i]; k.Kind == yaml.ScalarNode && k.Value == name {
			return k, near.Content[i+1]
		}
	}
	return nil, nil
}

// collide looks for more keys that differ than kubectl has.
func (g *graft) collide(v map[string]any, near *yaml.Node) {
	if near == nil || near.Kind != yaml.MappingNode {
		return
	}
	keys := map[[2]string]bool{}
	addKeys(keys, near, map[*yaml.Node]bool{})
	if len(keys) > len(v) {
		g.collided = append(g.collided, near)
	}
}

// addKeys adds the keys of a mapping and of those that it merges, as they are written.
func addKeys(keys map[[2]string]bool, n *yaml.Node, seen map[*yaml.Node]bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := Follow(n.Content[i])
		if k == nil {
			continue
		}
		if !isMerge(k) {
			keys[[2]string{k.Tag, k.Value}] = true
			continue
		}
		for _, m := range mergedMaps(n.Content[i+1]) {
			addKeys(keys, m, seen)
		}
	}
}

// collision is a problem even where all other keys are known.
func collision(d Document, n *yaml.Node) resolve.Problem {
	return resolve.Problem{
		Position: d.at(n), Message: "keys that are written differently are one key to kubectl, and either of them may count",
		Hint: "write numbers as they are, without leading zeros, and remove one of the keys",
	}
}
