package topics_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/topics"
)

// fieldTerms are the words that all texts use in one meaning: each has an entry.
var fieldTerms = []string{
	"sidecar", "injected", "not injected", "effective mode", "inbound", "outbound", "client", "server", "workload", "Service port", "container port", "overridden", "ignored",
	"applies to", "selects", "matches", "host", "subset", "endpoint", "control plane", "revision", "proxy", "capture", "excluded from capture", "plaintext", "mTLS", "handshake",
	"rejected by validation", "trust domain", "identity",
}

func TestGlossary(t *testing.T) {
	t.Parallel()
	var names []string
	for _, term := range topics.Glossary {
		names = append(names, term.Name)
		if !strings.HasSuffix(term.Meaning, ".") || strings.TrimSpace(term.Name) == "" {
			t.Errorf("the term %q means %q: want a sentence", term.Name, term.Meaning)
		}
	}
	for _, want := range fieldTerms {
		if !slices.Contains(names, want) {
			t.Errorf("no entry for %q", want)
		}
	}
	if !slices.IsSortedFunc(names, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }) {
		t.Errorf("not in the order of the alphabet: %q", names)
	}
	if len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("a term has two entries: %q", names)
	}
	page, ok := topics.Find("Glossary")
	if !ok || len(page.Sections) != 1 || len(page.Sections[0].Points) != len(topics.Glossary) {
		t.Errorf("the page has %+v", page)
	}
}
