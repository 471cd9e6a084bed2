package advise

import (
	"slices"
	"strings"
	"testing"
)

// TestTree: the data is a tree. Every answer leads somewhere, everything is reached by one
// way but the leaf that settles, and no unknown answer leads to STRICT.
func TestTree(t *testing.T) {
	reached := map[string]int{Root: 1}
	for _, q := range Questions {
		for _, answer := range []Answer{Unknown, No, Yes} {
			next := q.Next[answer]
			reached[next]++
			if (QuestionByID(next) == nil) == (LeafByID(next) == nil) {
				t.Errorf("question %q answered %s leads to %q, which is nothing", q.ID, answer, next)
			}
		}
		if q.Next[Unknown] != "settle" {
			t.Errorf("question %q: unknown leads to %q, not to what would settle it", q.ID, q.Next[Unknown])
		}
		if q.Short == "" || !strings.HasSuffix(q.Text, "?") {
			t.Errorf("question %q is none: %q", q.ID, q.Text)
		}
	}
	for _, q := range Questions {
		if reached[q.ID] != 1 {
			t.Errorf("question %q is reached by %d ways", q.ID, reached[q.ID])
		}
	}
	for _, leaf := range Leaves {
		if reached[leaf.ID] == 0 {
			t.Errorf("leaf %q cannot be reached", leaf.ID)
		}
	}
	strict := 0
	for _, q := range Questions {
		strict += len(slices.DeleteFunc(slices.Clone(q.Next[:]), func(s string) bool { return s != "strict" }))
	}
	if strict != 1 {
		t.Errorf("%d ways lead to STRICT", strict)
	}
	if text := Mermaid(); strings.Count(text, "-->|") != 3*len(Questions) {
		t.Errorf("the picture lacks an edge:\n%s", text)
	}
}
