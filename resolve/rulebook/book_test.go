package rulebook

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite scenarios.txt")

const vectors = "../../testdata/vectors"

var (
	head       = regexp.MustCompile(`(?m)^# (scenario|rule)( [0-9.A-Da-e]+)?: (.*)$`)
	inBrackets = regexp.MustCompile(` ?\(([0-9][0-9A-Da-e., ]*)\)`)
)

// heads are the first lines of the vectors, as scenarios.txt has them.
func heads(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(vectors, "*.yaml"))
	if err != nil || len(files) < 100 {
		t.Fatalf("%d vectors in %s: %v", len(files), vectors, err)
	}
	var b strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := head.FindStringSubmatch(string(text))
		if m == nil {
			continue // a world that other vectors start from
		}
		var numbers []string
		if m[1] == "rule" && m[2] != "" {
			numbers = append(numbers, strings.TrimSpace(m[2]))
		}
		for _, in := range inBrackets.FindAllStringSubmatch(m[3], -1) {
			numbers = append(numbers, strings.FieldsFunc(in[1], func(r rune) bool { return r == ',' || r == ' ' })...)
		}
		if len(numbers) == 0 {
			t.Errorf("%s names no rule: add its number to the first line, as (2.4)", file)
		}
		b.WriteString(filepath.Base(file) + "\t" + strings.Join(numbers, " ") + "\t" + inBrackets.ReplaceAllString(m[3], "") + "\n")
	}
	return b.String()
}

// TestScenarios: the book's examples are the vectors, all of them, and every rule that a
// vector names exists.
func TestScenarios(t *testing.T) {
	is := heads(t)
	if *update {
		if err := os.WriteFile("scenarios.txt", []byte(is), 0o644); err != nil {
			t.Fatal(err)
		}
		scenarios = readScenarios(is)
	} else if diff := cmp.Diff(is, scenarioLines); diff != "" {
		t.Errorf("scenarios.txt is not what the vectors say; make golden rewrites it (-vectors +scenarios.txt):\n%s", diff)
	}
	for _, s := range scenarios {
		for _, n := range s.Rules {
			if r, ok := Find(n); !ok || r.Heading() {
				t.Errorf("%s is about rule %s, which the book does not have", s.Vector, n)
			}
		}
	}
}

// TestEveryRuleHasAVector, or data that says why not, and no reason is left that no rule needs.
func TestEveryRuleHasAVector(t *testing.T) {
	used := map[string]bool{}
	for _, r := range All() {
		switch why := WithoutVector(r.Number); {
		case r.Heading() || len(Scenarios(r.Number)) > 0:
		case why == "":
			t.Errorf("rule %s has no vector and no reason: write testdata/vectors/rule-%s-<what>.yaml, or say in beyond why none can stand for it", r.Number, r.Number)
		default:
			for n := r.Number; n != ""; n = parent(n) {
				if beyond[n] == why {
					used[n] = true
					break
				}
			}
		}
	}
	for n, why := range beyond {
		if !used[n] {
			t.Errorf("beyond has %s (%s), which no rule without a vector needs", n, why)
		}
	}
}
