package mesh_test

import (
	"fmt"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// TestDerivationIsConnections argues every call of many random meshes: it comes to
// what Connections says, begins with the scope and ends with the result, or with
// the fix where the call is broken.
func TestDerivationIsConnections(t *testing.T) {
	t.Parallel()
	for seed := range uint64(150) {
		m := build(newWorld(seed).objects())
		want := map[string][]outbound.Connection{}
		for c := range m.Connections(outbound.Filter{Hidden: true, Naked: true}) {
			key := fmt.Sprint(c.Client, c.Host.Ref, c.Port.Number, c.Subset)
			want[key] = append(want[key], c)
		}
		for key, calls := range want {
			c := calls[0]
			d := m.Trace(c.Client.Workloads[0], c.Host, c.Port, c.Subset)
			remedy.Explain(d)
			if d == nil || len(d.Connections) != len(calls) {
				t.Fatalf("seed %d: %s: argued about %v, want %d connections", seed, key, d, len(calls))
			}
			for i := range calls {
				if got, want := line(c.Client, d.Connections[i]), line(c.Client, calls[i]); got != want {
					t.Errorf("seed %d: %s: argued to %q, want %q", seed, key, got, want)
				}
			}
			checkSteps(t, d)
		}
	}
}

// topics is the order of the steps; some may be left out.
var topics = []string{"scope", "route", "rule", "tls", "gates", "sends", "server", "result", "fix"}

func checkSteps(t *testing.T, d *outbound.Trace) {
	t.Helper()
	broken, at := false, 0
	for i := range d.Connections {
		c := &d.Connections[i]
		broken = broken || c.Outcome.Verdict == resolve.VerdictBroken
		if (remedy.Fix(c) != "") != (c.Outcome.Verdict == resolve.VerdictBroken) {
			t.Errorf("%s with fix %q", c.Outcome.Verdict, remedy.Fix(c))
		}
	}
	for _, s := range d.Steps {
		for at < len(topics) && topics[at] != s.Topic {
			at++
		}
		if at == len(topics) || len(s.Points) == 0 {
			t.Errorf("step %s is out of order, or says nothing", s.Topic)
		}
	}
	if d.Steps[0].Topic != "scope" || topics[at] == "fix" != broken || !broken && topics[at] != "result" {
		t.Errorf("begins with %s, ends with %s, broken: %v", d.Steps[0].Topic, topics[at], broken)
	}
}
