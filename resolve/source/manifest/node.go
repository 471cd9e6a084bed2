package manifest

import (
	"encoding/json"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Follow gives the node that n stands for: the anchored one for an alias, nil
// for null and for nothing.
func Follow(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n == nil || n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil
	}
	return n
}

// Child is the value of a key, nil when it is not set. Of duplicates the last.
func Child(n *yaml.Node, path ...string) *yaml.Node {
	n = Follow(n)
	for _, key := range path {
		if n == nil || n.Kind != yaml.MappingNode {
			return nil
		}
		n = Follow(value(n, key, nil))
	}
	return n
}

// value finds a key in a mapping or in those that it merges. seen are the
// mappings that were looked at before: one that lacked the key lacks it still.
func value(n *yaml.Node, key string, seen map[*yaml.Node]bool) *yaml.Node {
	merges := false
	for i := len(n.Content) - 2; i >= 0; i -= 2 {
		k := n.Content[i]
		if k.Value == key && k.Kind == yaml.ScalarNode {
			return n.Content[i+1]
		}
		merges = merges || isMerge(k)
	}
	if !merges || seen[n] {
		return nil
	}
	if seen == nil {
		seen = map[*yaml.Node]bool{}
	}
	seen[n] = true
	return mergedValue(n, key, seen)
}

func mergedValue(n *yaml.Node, key string, seen map[*yaml.Node]bool) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !isMerge(n.Content[i]) {
			continue
		}
		for _, m := range mergedMaps(n.Content[i+1]) {
			if v := value(m, key, seen); v != nil {
				return v
			}
		}
	}
	return nil
}

// mergedMaps are the mappings that a merge key's value names.
func mergedMaps(n *yaml.Node) []*yaml.Node {
	n = Follow(n)
	switch {
	case n == nil:
		return nil
	case n.Kind == yaml.MappingNode:
		return []*yaml.Node{n}
	}
	var maps []*yaml.Node
	for _, c := range n.Content {
		if c = Follow(c); c != nil && c.Kind == yaml.MappingNode {
			maps = append(maps, c)
		}
	}
	return maps
}

func isMerge(k *yaml.Node) bool { return k.Tag == "!!merge" }

// Scalar is the text of a key, "" when it is not set or no scalar.
func Scalar(n *yaml.Node, path ...string) string {
	n = Child(n, path...)
	if n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return jsonText(n)
}

// jsonText is the text of a scalar as it is in kubectl's JSON.
func jsonText(n *yaml.Node) string {
	if b, ok := oldBooleans[n.Value]; ok && isBare(n) {
		return strconv.FormatBool(b)
	}
	if n.Tag == "!!float" {
		if f, err := strconv.ParseFloat(n.Value, 64); err == nil {
			text, _ := json.Marshal(f)
			return string(text)
		}
	}
	return n.Value
}
