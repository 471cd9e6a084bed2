package console

import "slices"

// Unique keeps the first of equal words, in order.
func Unique(words []string) []string {
	var kept []string
	for _, w := range words {
		if !slices.Contains(kept, w) {
			kept = append(kept, w)
		}
	}
	return kept
}
