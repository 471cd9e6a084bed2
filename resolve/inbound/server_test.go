package inbound

import (
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// TestServers: every dataplane that has a word serves ports in a way of its own.
func TestServers(t *testing.T) {
	t.Parallel()
	n := 0
	for d := resolve.Dataplane(0); !strings.HasPrefix(d.String(), "Dataplane("); d++ {
		if n++; int(d) >= len(servers) || servers[d] == nil {
			t.Errorf("dataplane %s has no server", d)
		}
	}
	if n != len(servers) {
		t.Errorf("%d dataplanes have a word, and %d a server", n, len(servers))
	}
}
