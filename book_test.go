package main_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/analyze/topics"
	"github.com/mtlsctl/mtlsctl/resolve/rulebook"
)

// Numbers of rules as people and machines meet them: (3.2.3), (2.5, 6.1), rule 2.16,
// "rule": "3.4.4", rule: 3.4.4.
var (
	ruleNumber  = `[1-9][0-9]?[A-D]?(?:\.[1-9][0-9]?)+[a-e]?`
	rulesNamed  = regexp.MustCompile(`\((` + ruleNumber + `(?:, ` + ruleNumber + `)*)\)`)
	ruleInProse = regexp.MustCompile(`\b[Rr]ules? (` + ruleNumber + `)\b`)
	ruleAsData  = regexp.MustCompile(`"?rule"?: "?(` + ruleNumber + `)"?`)
)

// otherNumbers stand in brackets and are no rules: releases.
var otherNumbers = []string{"1.30", "1.31", "1.32"}

// TestEveryNumberIsARule: whoever follows a number that code, messages, documentation,
// vectors, transcripts or goldens name finds a page.
func TestEveryNumberIsARule(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, file := range texts(t) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range []*regexp.Regexp{rulesNamed, ruleInProse, ruleAsData} {
			for _, m := range form.FindAllStringSubmatch(string(content), -1) {
				for n := range strings.SplitSeq(m[1], ", ") {
					if !slices.Contains(otherNumbers, n) {
						seen[n] = file
					}
				}
			}
		}
	}
	if len(seen) < 60 {
		t.Fatalf("only %d numbers found: the test looks in the wrong places", len(seen))
	}
	for n, file := range seen {
		if _, ok := rulebook.Find(n); !ok {
			t.Errorf("%s names rule %s, which mtlsctl explain does not know: write it in resolve/rulebook, or correct the number", file, n)
		}
	}
}

// texts are the files in which numbers of rules stand.
func texts(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (len(d.Name()) > 1 && strings.HasPrefix(d.Name(), ".") || d.Name() == "bin" || d.Name() == "dist" || d.Name() == "fuzz" || d.Name() == "schemas"):
			return fs.SkipDir
		case !d.IsDir() && slices.Contains([]string{".go", ".md", ".yaml", ".json", ".txtar", ".table", ".wide", ".markdown", ".txt", ".tmpl"}, filepath.Ext(path)) && filepath.Base(path) != "book_test.go":
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestEveryReferenceOfTheBook leads to a page of explain.
func TestEveryReferenceOfTheBook(t *testing.T) {
	t.Parallel()
	codes := map[string]bool{}
	for _, c := range project.Catalogue() {
		codes[c.Code] = true
	}
	for _, r := range rulebook.All() {
		for _, ref := range r.See {
			_, topic := topics.Find(ref)
			_, rule := rulebook.Find(ref)
			if !topic && !rule && !codes[ref] {
				t.Errorf("rule %s refers to %q, of which explain has no page", r.Number, ref)
			}
		}
	}
}
