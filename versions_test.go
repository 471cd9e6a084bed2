package main_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve/release"
	"github.com/mtlsctl/mtlsctl/resolve/rulebook"
)

var differencesTable = regexp.MustCompile(`(?s)<!-- differences -->\n(.*?)<!-- end -->`)

// TestVersions compares the table of docs/versions.md with the data that answers are given by, and
// looks for a vector of each difference.
func TestVersions(t *testing.T) {
	t.Parallel()
	const file = "docs/versions.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := differencesTable.ReplaceAllLiteralString(string(text), "<!-- differences -->\n"+versionTable()+"<!-- end -->")
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		text = []byte(want)
	}
	if diff := cmp.Diff(string(text), want); diff != "" {
		t.Errorf("%s differs from resolve/release; make golden rewrites it\n%s", file, diff)
	}
	for _, d := range release.Differences() {
		for _, number := range d.Rules {
			if _, ok := rulebook.Find(number); !ok {
				t.Errorf("%s is of rule %s, which is not in the book", d.Name, number)
			}
		}
	}
}

func versionTable() string {
	var b strings.Builder
	b.WriteString("| difference | releases | do this | others | rules | proof |\n|---|---|---|---|---|---|\n")
	for _, d := range release.Differences() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s; %s |\n", d.Name, d.When(), cell(d.Does), cell(d.Else), strings.Join(d.Rules, ", "), d.Proof(), cell(strings.Join(d.Sources, ", ")))
	}
	return b.String()
}

func cell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }
