package project

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"
)

// pattern refuses what is no shell pattern.
func pattern(n *yaml.Node, text string) error {
	if _, err := path.Match(text, ""); err != nil {
		return fmt.Errorf("%d: %q is not a pattern", n.Line, text)
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
