package outbound

import (
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// TestSenders: every dataplane that has a word sends in a way of its own.
func TestSenders(t *testing.T) {
	t.Parallel()
	n := 0
	for d := resolve.Dataplane(0); !strings.HasPrefix(d.String(), "Dataplane("); d++ {
		if n++; int(d) >= len(senders) || senders[d] == nil {
			t.Errorf("dataplane %s has no sender", d)
		}
	}
	if n != len(labellings) {
		t.Errorf("%d dataplanes have a word, and %d a labelling", n, len(labellings))
	}
	if n != len(senders) {
		t.Errorf("%d dataplanes have a word, and %d a sender", n, len(senders))
	}
}
