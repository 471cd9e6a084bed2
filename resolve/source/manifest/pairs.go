package manifest

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

// each visits the pairs of a mapping as they count: merge keys unfolded, of
// duplicate keys only the last, which is reported.
func (d *decoder) each(n *yaml.Node, visit func(key, value *yaml.Node)) {
	pairs := n.Content
	if hasMerge(n) {
		d.irregular = true
		pairs = d.unfold(n, 0)
	}
	overridden := d.duplicates(pairs)
	d.irregular = d.irregular || overridden != nil
	for i := 0; i+1 < len(pairs); i += 2 {
		if key := Follow(pairs[i]); key != nil && key.Kind == yaml.ScalarNode && !overridden[i] {
			visit(key, pairs[i+1])
		}
	}
}

func hasMerge(n *yaml.Node) bool {
	for i := 0; i < len(n.Content); i += 2 {
		if isMerge(n.Content[i]) {
			return true
		}
	}
	return false
}

// unfold puts the merged pairs behind the mapping's own, which win.
func (d *decoder) unfold(n *yaml.Node, depth int) []*yaml.Node {
	var own, merged []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !isMerge(n.Content[i]) {
			own = append(own, n.Content[i], n.Content[i+1])
			continue
		}
		for _, m := range mergedMaps(n.Content[i+1]) {
			if d.unfolded += len(m.Content); depth < maxDepth && d.unfolded <= maxAliased {
				merged = append(merged, d.unfold(m, depth+1)...)
			}
		}
	}
	set := make(map[string]bool, len(own))
	for i := 0; i < len(own); i += 2 {
		set[own[i].Value] = true
	}
	for i := 0; i < len(merged); i += 2 {
		if !set[merged[i].Value] {
			set[merged[i].Value] = true
			own = append(own, merged[i], merged[i+1])
		}
	}
	return own
}

// duplicates finds keys that are written again later, nil when there are none.
// Mappings are small: comparing all keys is faster than a map until then.
func (d *decoder) duplicates(pairs []*yaml.Node) map[int]bool {
	if len(pairs) > 2*24 {
		return d.manyDuplicates(pairs)
	}
	var overridden map[int]bool
	for i := 0; i+1 < len(pairs); i += 2 {
		for j := i + 2; j+1 < len(pairs); j += 2 {
			if pairs[i].Value == pairs[j].Value && pairs[i].Kind == pairs[j].Kind {
				overridden = d.duplicate(overridden, pairs, i, j)
				break
			}
		}
	}
	return overridden
}

func (d *decoder) manyDuplicates(pairs []*yaml.Node) map[int]bool {
	var overridden map[int]bool
	last := make(map[string]int, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if before, ok := last[pairs[i].Value]; ok {
			overridden = d.duplicate(overridden, pairs, before, i)
		}
		last[pairs[i].Value] = i
	}
	return overridden
}

func (d *decoder) duplicate(overridden map[int]bool, pairs []*yaml.Node, first, next int) map[int]bool {
	if overridden == nil {
		overridden = map[int]bool{}
	}
	overridden[first] = true
	key := pairs[next]
	d.in(key.Value, func() {
		d.report(key, fmt.Sprintf("key %q is written twice, in line %d and here; the last one counts", key.Value, d.doc.lineOf(pairs[first])), twiceHint(d, key))
	})
	return overridden
}

// twiceHint knows what a second apiVersion or kind at the top means: two objects
// without a line between them.
func twiceHint(d *decoder, key *yaml.Node) string {
	if len(d.way) == 1 && slices.Contains([]string{"apiVersion", "kind", "metadata", "spec"}, key.Value) {
		return "a line --- is missing between two objects"
	}
	return "remove one of them"
}
