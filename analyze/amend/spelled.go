package amend

import (
	"regexp"
	"strconv"
	"strings"
)

// upper is where a name of protojson has a word of its own: portLevelMtls.
var upper = regexp.MustCompile(`[A-Z]`)

// snake is the other spelling of a field that Istio reads: port_level_mtls.
func snake(name string) string {
	return upper.ReplaceAllStringFunc(name, func(s string) string { return "_" + strings.ToLower(s) })
}

// freeKeys are the fields whose keys users choose; none of those has a second spelling.
var freeKeys = map[string]bool{"labels": true, "annotations": true, "matchLabels": true, "match_labels": true, "selector": true}

// spelled is the path of a field in its document: as the text spells it where that is known
// to mean the same.
func (o object) spelled(path []string) []string {
	out := append([]string{}, o.path...)
	value := any(o.tree)
	for i, name := range path {
		m, _ := value.(map[string]any)
		if _, there := m[name]; m != nil && !there && i > 0 && path[0] == "spec" && o.isIstio() && !freeKeys[path[i-1]] {
			if _, there := m[snake(name)]; there {
				name = snake(name)
			}
		}
		out = append(out, name)
		value = child(value, name)
	}
	return out
}

// child is what a map or list holds under a name or index, nil for nothing.
func child(value any, name string) any {
	switch v := value.(type) {
	case map[string]any:
		return v[name]
	case []any:
		if i, err := strconv.Atoi(name); err == nil && i < len(v) {
			return v[i]
		}
	}
	return nil
}
