package mesh_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// TestSharedIsConnections: the shared answers, spelled out, are those of every
// class by itself.
func TestSharedIsConnections(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		m := build(newWorld(seed).objects())
		var one, all []string
		for c := range m.Connections(outbound.Filter{}) {
			one = append(one, line(c.Client, c))
		}
		for classes, c := range m.Shared(outbound.Filter{}) {
			for _, class := range classes {
				all = append(all, line(class, c))
			}
		}
		slices.Sort(one)
		slices.Sort(all)
		if !slices.Equal(one, all) {
			t.Fatalf("seed %d: calls of classes together are\n%q\nby class\n%q", seed, all, one)
		}
	}
}

func line(class *outbound.ClientClass, c outbound.Connection) string {
	server := ""
	if c.Server != nil {
		server = c.Server.String()
	}
	return fmt.Sprintf("%s -> %s:%d/%s %s %s %s", class, c.Host.Name, c.Port.Number, c.Subset, server, c.Sends.TLS, c.Outcome.Verdict)
}
