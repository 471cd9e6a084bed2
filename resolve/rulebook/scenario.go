package rulebook

import (
	_ "embed" // scenarios.txt
	"slices"
	"strings"
	"sync"
)

// Scenario is a small example that the project's tests run: a world with its answers.
type Scenario struct {
	// Title says what the example shows.
	Title string
	// Vector is the name of its file in testdata/vectors.
	Vector string
	// Rules are the numbers of the rules that it shows.
	Rules []string
}

// The heads of testdata/vectors, one a line: file, numbers and title with tabs between. The
// test of this package writes the file (make golden) and compares it.
//
//go:embed scenarios.txt
var scenarioLines string

var scenarios = sync.OnceValue(func() []Scenario { return readScenarios(scenarioLines) })

func readScenarios(lines string) []Scenario {
	var all []Scenario
	for line := range strings.Lines(lines) {
		if fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(fields) == 3 {
			all = append(all, Scenario{Vector: fields[0], Rules: strings.Fields(fields[1]), Title: fields[2]})
		}
	}
	return all
}

// Scenarios are the examples of a rule, by file name; nil for none.
func Scenarios(number string) []Scenario {
	var of []Scenario
	for _, s := range scenarios() {
		if slices.Contains(s.Rules, number) {
			of = append(of, s)
		}
	}
	return of
}
