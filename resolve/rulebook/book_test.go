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
		scenarios = func() []Scenario { return readScenarios(is) }
	} else if diff := cmp.Diff(is, scenarioLines); diff != "" {
		t.Errorf("scenarios.txt is not what the vectors say; make golden rewrites it (-vectors +scenarios.txt):\n%s", diff)
	}
	for _, s := range scenarios() {
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

func TestFind(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"3.2.3": "3.2.3", "(3.2.3)": "3.2.3", "2a.5": "2A.5", "1.4c": "1.4c", "1.4C": "1.4c", "3.2": "3.2", "1.4z": "", "": "", "3.2.3.": ""} {
		if r, _ := Find(word); r.Number != want {
			t.Errorf("Find(%q): %q, want %q", word, r.Number, want)
		}
	}
}

// TestOrder: each number once, each below one that exists, in the order of a book.
func TestOrder(t *testing.T) {
	t.Parallel()
	last := ""
	for _, r := range All() {
		if last != "" && Compare(last, r.Number) >= 0 {
			t.Errorf("%s stands before %s", last, r.Number)
		}
		last = r.Number
		if p := parent(r.Number); p != "" {
			if _, ok := Find(p); !ok && len(p) > 0 && !strings.ContainsAny(p, "ABCD") {
				t.Errorf("%s stands below %s, which is missing", r.Number, p)
			}
		}
	}
	for _, c := range [][2]string{{"3.2.9", "3.2.10"}, {"2.18", "2A"}, {"2A.7", "2B"}, {"1.4", "1.4a"}, {"1.4e", "1.5"}, {"9.2", "10"}} {
		if Compare(c[0], c[1]) >= 0 || Compare(c[1], c[0]) <= 0 {
			t.Errorf("%s does not come before %s", c[0], c[1])
		}
	}
}

// TestEveryRuleIsWhole: a rule says something, in a sentence without a full stop, and where it
// is known from; a heading has rules.
func TestEveryRuleIsWhole(t *testing.T) {
	t.Parallel()
	for _, r := range All() {
		switch {
		case r.Title == "" || strings.HasSuffix(r.Title, "."):
			t.Errorf("rule %s has the title %q", r.Number, r.Title)
		case r.Heading() && (len(Below(r.Number)) == 0 || r.Text != nil || r.Points != nil || r.Examples != nil):
			t.Errorf("heading %s has no rules, or more than rules", r.Number)
		case r.Proof == Follows && (len(r.Source) > 0 || len(r.See) == 0):
			t.Errorf("rule %s follows from others: name them in See, and no Source", r.Number)
		}
		for _, p := range append(r.Text, r.Points...) {
			if !strings.HasSuffix(p, ".") {
				t.Errorf("rule %s: %q does not end in a full stop", r.Number, p)
			}
		}
	}
}
