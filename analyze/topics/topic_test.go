package topics_test

import (
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/analyze/topics"
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
