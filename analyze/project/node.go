package project

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// field is one key of a map and its value.
type field struct {
	key   string
	value *yaml.Node
}

// fields are those of a map, in their order. A key that is not known, or is there twice,
// is an error.
func fields(n *yaml.Node, what string, known []string) ([]field, error) {
	if n.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%d: %s is no map with keys such as %s", n.Line, what, known[0])
	}
	var out []field
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case !slices.Contains(known, key.Value):
			return nil, fmt.Errorf("%d: unknown key %s of %s: it has %s", key.Line, key.Value, what, strings.Join(known, ", "))
		case seen[key.Value]:
			return nil, fmt.Errorf("%d: %s is there twice", key.Line, key.Value)
		}
		seen[key.Value] = true
		value := n.Content[i+1]
		if value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		out = append(out, field{key.Value, value})
	}
	return out, nil
}

// texts are fields of which each is a word; lists and maps are left to rest.
func texts(n *yaml.Node, what string, known []string, rest map[string]func(*yaml.Node) error) (map[string]string, error) {
	all, err := fields(n, what, known)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, f := range all {
		switch read := rest[f.key]; {
		case read != nil:
			err = read(f.value)
		case f.value.Kind != yaml.ScalarNode:
			err = fmt.Errorf("%d: %s of %s is no word", f.value.Line, f.key, what)
		case f.value.Tag != "!!null":
			out[f.key] = f.value.Value
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// each reads the items of a list; an empty value is an empty list.
func each(n *yaml.Node, read func(*yaml.Node) error) error {
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

// pattern refuses what is no shell pattern.
func pattern(n *yaml.Node, text string) error {
	if _, err := path.Match(text, ""); err != nil {
		return fmt.Errorf("%d: %q is no pattern", n.Line, text)
	}
	return nil
}

// lastDay is the end of a day, zero for none.
func lastDay(n *yaml.Node, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%d: expires %q: want a day, such as 2027-01-31", n.Line, text)
	}
	return day.AddDate(0, 0, 1), nil
}

// LastDay is the day that ends then, as 2027-01-31, "" for the zero time.
func LastDay(end time.Time) string {
	if end.IsZero() {
		return ""
	}
	return end.AddDate(0, 0, -1).Format(time.DateOnly)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
