package topics_test

import (
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/analyze/topics"
	"github.com/mtlsctl/mtlsctl/resolve"
)

func TestEveryReferenceLeadsSomewhere(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, topic := range topics.All() {
		if seen[topic.Name] || topic.Title == "" || len(topic.Sections) == 0 {
			t.Errorf("analyze/topics: %q is there twice or empty", topic.Name)
		}
		seen[topic.Name] = true
		for _, ref := range topic.See {
			if _, ok := topics.Find(ref); !ok && checks.ByCode(ref) == nil {
				t.Errorf("analyze/topics: %s refers to %q, which is neither a topic nor a code", topic.Name, ref)
			}
		}
	}
}

// TestEveryModeHasAPage: a word in the column MODE can be asked about.
func TestEveryModeHasAPage(t *testing.T) {
	t.Parallel()
	for mode := resolve.Unset; mode <= resolve.Unknown; mode++ {
		if _, ok := topics.Find(mode.String()); !ok {
			t.Errorf("analyze/topics: no page says what %s means", mode)
		}
	}
}
