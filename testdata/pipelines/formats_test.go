package pipelines

import (
	"encoding/csv"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"sigs.k8s.io/yaml"
)

// format is one of analyze's, with what reads it, and what it does not say of a finding.
type format struct {
	name  string
	parse func(t *testing.T, text string) []finding
	lacks func(f *finding)
}

var formats = []format{
	{"yaml", parseYAML, nothing},
	{"sarif", parseSARIF, namespace},
	{"junit", parseJUnit, fingerprint},
	{"github", parseGitHub, namespaceAndMark},
	{"gitlab", parseGitLab, namespace},
	{"csv", parseCSV, nothing},
	{"html", parseHTML, object},
	{"markdown", parseMarkdown, allButCode},
	{"table", parseTable, allButCode},
	{"wide", parseTable, allButCode},
	{`jsonpath={range .items[*]}{.severity} {.code}{"\n"}{end}`, parsePairs, allButCode},
	{"name", parseNames, objectOnly},
}

// TestFormats: every format has the findings of -o json, read by a parser that was not
// written here, and ends with the same code.
func TestFormats(t *testing.T) {
	t.Parallel()
	for w := range maps.Keys(worlds) {
		dir := world(t, w)
		whole := analyze(t, dir, "-f", w, "-o", "json")
		want := parseReport(t, whole.stdout)
		if whole.code != 1 || len(want.Items) < 5 {
			t.Fatalf("testdata/%s: exit code %d, %d findings: choose a world with more", worlds[w], whole.code, len(want.Items))
		}
		for _, f := range formats {
			t.Run(w+"/"+strings.SplitN(f.name, "=", 2)[0], func(t *testing.T) {
				t.Parallel()
				got := analyze(t, dir, "-f", w, "-o", f.name)
				if got.code != whole.code {
					t.Errorf("-o %s ends with %d, -o json with %d", f.name, got.code, whole.code)
				}
				expected := sorted(without(want.findings(), f.lacks))
				if f.name == "name" { // an object is named once
					expected = slices.Compact(expected)
				}
				if diff := cmp.Diff(expected, sorted(f.parse(t, got.stdout))); diff != "" {
					t.Errorf("-o %s differs from -o json (-json +this)\n%s", f.name, diff)
				}
			})
		}
	}
}

// TestCodes: one run writes every format at once, and ends as the table of docs/exit-codes.md of exit
// codes says, whatever the format.
func TestCodes(t *testing.T) {
	t.Parallel()
	dir := world(t, "shop")
	write(t, dir+"/half/half.yaml", read(t, dir+"/shop/shop.yaml")+"---\n{")
	for name, c := range map[string]struct {
		args []string
		code int
	}{
		"clean":      {[]string{"-f", "shop", "--fail-on", "never"}, 0},
		"findings":   {[]string{"-f", "shop"}, 1},
		"usage":      {[]string{"-f", "shop", "--fail-on", "now"}, 2},
		"incomplete": {[]string{"-f", "half"}, 3},
		"unreadable": {[]string{"-f", "nowhere"}, 3},
	} {
		for _, f := range append(formats, format{name: "json"}) {
			if got := analyze(t, dir, append(c.args, "-o", f.name)...); got.code != c.code {
				t.Errorf("%s, -o %s: exit code %d, want %d\n%s", name, f.name, got.code, c.code, got.stderr)
			}
		}
	}
}

func parseYAML(t *testing.T, text string) []finding {
	t.Helper()
	whole, err := yaml.YAMLToJSONStrict([]byte(text))
	if err != nil {
		t.Fatalf("-o yaml: %v", err)
	}
	return parseReport(t, string(whole)).findings()
}

func parseCSV(t *testing.T, text string) []finding {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("-o csv: %d rows, %v", len(rows), err)
	}
	var all []finding
	for _, row := range rows[1:] {
		cell := func(column string) string { return row[slices.Index(rows[0], column)] }
		line, _ := strconv.Atoi(cell("line"))
		f := finding{
			Severity: cell("severity"), Code: cell("code"), File: cell("file"), Line: line,
			Message: sentence(cell("confidence"), cell("message")), Fix: cell("fix"), Fingerprint: cell("fingerprint"),
		}
		f.about(cell("kind"), cell("namespace"), cell("name"))
		all = append(all, f)
	}
	return all
}

// parseMarkdown reads the page as GitHub does: a finding is an item of a list that begins
// with a strong word.
func parseMarkdown(t *testing.T, page string) []finding {
	t.Helper()
	var all []finding
	src := []byte(page)
	err := ast.Walk(goldmark.DefaultParser().Parse(text.NewReader(src)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if word, ok := n.(*ast.Emphasis); ok && entering && word.Level == 2 && n.Parent().Parent().Kind() == ast.KindListItem {
			rest := strings.Fields(string(n.NextSibling().(*ast.Text).Value(src)))
			all = append(all, finding{Severity: string(n.FirstChild().(*ast.Text).Value(src)), Code: rest[0]})
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var row = regexp.MustCompile(`(?m)^  (error|warning|info) +(MTLS\d{4})  \S`)

// parseTable counts what a person sees.
func parseTable(_ *testing.T, text string) []finding {
	var all []finding
	for _, m := range row.FindAllStringSubmatch(text, -1) {
		all = append(all, finding{Severity: m[1], Code: m[2]})
	}
	return all
}

func parsePairs(_ *testing.T, text string) []finding {
	var all []finding
	for line := range strings.Lines(text) {
		if severity, code, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			all = append(all, finding{Severity: severity, Code: code})
		}
	}
	return all
}

func parseNames(_ *testing.T, text string) []finding {
	var all []finding
	for _, name := range strings.Fields(text) {
		all = append(all, finding{Object: name})
	}
	return all
}
