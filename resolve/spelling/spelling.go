// Package spelling finds the word that was probably meant. It knows nothing of
// what the words are about.
package spelling

import (
	"cmp"
	"slices"
	"strings"
)

// Nearest returns the words that s may have been meant to be, the nearest first,
// at most three.
func Nearest(s string, words []string) []string {
	type guess struct {
		word     string
		distance int
	}
	var guesses []guess
	for _, w := range words {
		d := distance(strings.ToLower(s), strings.ToLower(w))
		if d <= max(1, len(s)/3) {
			guesses = append(guesses, guess{w, d})
		} else if len(s) > 2 && strings.Contains(strings.ToLower(w), strings.ToLower(s)) {
			guesses = append(guesses, guess{w, len(w)})
		}
	}
	slices.SortFunc(guesses, func(a, b guess) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.word, b.word))
	})
	var near []string
	for _, g := range slices.Compact(guesses) {
		near = append(near, g.word)
	}
	return near[:min(len(near), 3)]
}

// Slip reports two words of which one may be the other mistyped: a letter or two differ, or
// neighbours changed places.
func Slip(a, b string) bool {
	return a != b && distance(strings.ToLower(a), strings.ToLower(b)) <= min(2, len(a)/6)
}

// distance counts the insertions, deletions, replacements and swaps of neighbours
// that turn a into b (optimal string alignment).
func distance(a, b string) int {
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
