package mesh_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// TestUntouched: where no changed rule and no changed policy is about a host, every client's
// calls to it end as they did.
func TestUntouched(t *testing.T) {
	t.Parallel()
	skipped, asked := 0, 0
	for seed := range uint64(4_000) {
		w := newWorld(seed)
		objects := w.objects()
		after, changed := w.change(objects)
		was, is := build(objects), build(after)
		u := mesh.NewUntouched(was, is, changed)
		for _, h := range was.Hosts() {
			asked++
			if !u.Host(h.Name) {
				continue
			}
			skipped++
			if before, now := callsTo(was, h.Name), callsTo(is, h.Name); !slices.Equal(before, now) {
				t.Fatalf("seed %d: %s is touched by %v:\n%q\n%q", seed, h.Name, changed, before, now)
			}
		}
	}
	if skipped < asked/4 || skipped == asked {
		t.Errorf("%d of %d hosts are untouched: want a quarter or more, and not all", skipped, asked)
	}
}

// change adds, removes and rewrites policies and rules.
func (w world) change(objects []resolve.Object) (after []resolve.Object, changed []resolve.Ref) {
	for _, o := range objects {
		policy := o.Kind == resolve.KindPeerAuthentication
		switch {
		case !policy && o.Kind != resolve.KindDestinationRule || w.IntN(4) > 0:
			after = append(after, o)
			continue
		case w.IntN(3) > 0 && policy:
			after = append(after, w.policy(o.Value.GetNamespace(), o.Value.GetName()))
		case !policy && w.IntN(3) > 0:
			after = append(after, w.rule(o.Value.GetNamespace(), o.Value.GetName()))
		}
		changed = append(changed, o.Ref())
	}
	if w.IntN(3) == 0 {
		o := w.policy(w.pick("shop", "bank", "istio-system"), "new")
		after, changed = append(after, o), append(changed, o.Ref())
	}
	if w.IntN(3) == 0 {
		o := w.rule(w.pick("shop", "bank", "istio-system"), "new")
		after, changed = append(after, o), append(changed, o.Ref())
	}
	return after, changed
}

// callsTo are the calls of every workload to the hosts of a name.
func callsTo(m *mesh.Mesh, name string) []string {
	var lines []string
	for _, h := range m.Hosts() {
		if h.Name != name || h.Alias != "" {
			continue
		}
		for _, class := range m.Clients() {
			for c := range m.Calls(class, h) {
				server := ""
				if c.Server != nil {
					server = c.Server.String()
				}
				for _, w := range class.Workloads {
					lines = append(lines, fmt.Sprintf("%s -> %s:%d/%s %s %s %s %t", w.Ref, c.Host.Ref, c.Port.Number, c.Subset, server, c.Sends.TLS, c.Outcome.Verdict, c.Known()))
				}
			}
		}
	}
	slices.Sort(lines)
	return lines
}
