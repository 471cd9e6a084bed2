package cmd

import (
	"slices"
	"testing"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	words := []string{"productpage", "details", "ratings", "reviews", "reviews-v2"}
	for typed, want := range map[string][]string{
		"reviws": {"reviews"}, "prodcutpage": {"productpage"}, "REVIEWS": {"reviews", "reviews-v2"},
		"v2": nil, "page": {"productpage"}, "zebra": nil, "": nil,
	} {
		if got := nearest(typed, words); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}

// TestDistance: a distance is symmetric, and zero only for equal words.
func TestDistance(t *testing.T) {
	t.Parallel()
	words := []string{"", "a", "ab", "ba", "abc", "acb", "strict", "stirct", "größe"}
	for _, a := range words {
		for _, b := range words {
			if distance(a, b) != distance(b, a) || (distance(a, b) == 0) != (a == b) {
				t.Errorf("distance(%q, %q) = %d, back %d", a, b, distance(a, b), distance(b, a))
			}
		}
	}
	if got := distance("ab", "ba"); got != 1 {
		t.Errorf("a swap costs %d, want 1", got)
	}
}
