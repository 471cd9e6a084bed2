package mesh_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// TestDiffFindsEveryCall compares random meshes with others of the same names, class
// by class as diff does and workload by workload as nobody would want to wait for:
// the calls that get worse, and those that get better, are the same.
func TestDiffFindsEveryCall(t *testing.T) {
	t.Parallel()
	found := map[string]int{}
	for seed := range uint64(3000) {
		a, b := newWorld(seed).objects(), newWorld(seed+1).objects()
		if seed%2 == 0 {
			a, b = meshed(a), meshed(b)
		}
		base, head := build(a), build(b)
		d := diff.Compare(diff.Side{Mesh: base}, diff.Side{Mesh: head}, diff.ObjectsOf(a, b), func(string) bool { return true })
		got := map[string]string{}
		for i := range d.Calls {
			c := &d.Calls[i]
			if c.Effect == effect.Gone || c.Effect == effect.Differs || c.Was == nil || c.Is == nil {
				continue // what has nothing to be compared with has tests of its own
			}
			for w := range c.Clients.Each {
				key := fmt.Sprint(w.Ref, " ", c.Host.Name, " ", c.Port, "/", c.Subset, " ", c.Effect)
				got[key] += fmt.Sprint(c.Was.Outcome.Verdict, "->", c.Is.Outcome.Verdict, " ")
				found[c.Effect.String()]++
			}
		}
		want := slowly(base, head)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
			t.Fatalf("seed %d: analyze/diff (-workload by workload +by class)\n%s", seed, diff)
		}
	}
	for _, effect := range []string{"breaks", "weaker", "uncertain", "repaired", "stronger"} {
		if found[effect] < 100 {
			t.Errorf("only %d calls are %s in all meshes: the worlds do not try it", found[effect], effect)
		}
	}
}

// slowly asks every workload about every host.
func slowly(base, head *mesh.Mesh) map[string]bool {
	out := map[string]bool{}
	was := map[resolve.Ref]*inbound.Workload{}
	for _, w := range base.Workloads() {
		was[w.Ref] = w
	}
	for _, w := range head.Workloads() {
		before := was[w.Ref]
		if before == nil || !proxied(before) && !proxied(w) {
			continue
		}
		for _, name := range hostNames(base, head) {
			a, b := asked(base, before, name), asked(head, w, name)
			for _, con := range b {
				at := fmt.Sprint(con.Port.Number, "/", con.Subset)
				if effect := effectOf(a, b, &con); effect != "" {
					out[fmt.Sprint(w.Ref, " ", name, " ", at, " ", effect)] = true
				}
			}
		}
	}
	return out
}

func proxied(w *inbound.Workload) bool { return w.Membership.Dataplane != resolve.DataplaneNone }

func hostNames(meshes ...*mesh.Mesh) []string {
	names := map[string]bool{}
	for _, m := range meshes {
		for _, h := range m.Hosts() {
			names[h.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// asked are the calls of a workload to the host of a name that it knows, else to the
// first.
func asked(m *mesh.Mesh, w *inbound.Workload, name string) []outbound.Connection {
	var first []outbound.Connection
	for _, h := range m.Hosts() {
		if h.Name != name || h.Alias != "" {
			continue
		}
		list := slices.Collect(m.CallsOf(w, h))
		if slices.ContainsFunc(list, func(c outbound.Connection) bool { return proxied(w) && c.Known() }) {
			return list
		}
		if first == nil {
			first = list
		}
	}
	return first
}

// effectOf holds a call against the worst that it could meet before at the same
// endpoint, or else at any.
func effectOf(a, b []outbound.Connection, con *outbound.Connection) string {
	same := func(c *outbound.Connection) bool {
		return c.Port.Number == con.Port.Number && c.Subset == con.Subset
	}
	var before, exact *outbound.Connection
	for i := range a {
		if c := &a[i]; same(c) {
			if before == nil || worth(c.Outcome.Verdict) < worth(before.Outcome.Verdict) {
				before = c
			}
			if endpointName(c) == endpointName(con) && (exact == nil || worth(c.Outcome.Verdict) < worth(exact.Outcome.Verdict)) {
				exact = c
			}
		}
	}
	is := con
	for i := range b {
		if c := &b[i]; same(c) && endpointName(c) == endpointName(con) && worth(c.Outcome.Verdict) < worth(is.Outcome.Verdict) {
			is = c
		}
	}
	if exact != nil {
		before = exact
	}
	known := func(c *outbound.Connection) bool { return proxied(c.Client.Workloads[0]) && c.Known() }
	if before == nil || !known(before) && !known(is) || before.Server == nil && before.Outcome.Verdict == resolve.VerdictUnknown {
		return ""
	}
	was, now := worth(before.Outcome.Verdict), worth(is.Outcome.Verdict)
	switch {
	case was == now:
		return ""
	case now == 0:
		return "breaks"
	case was == 0 && now != 1:
		return "repaired"
	case now == 1 && was > 1:
		return "uncertain"
	case was == 1 && now == 2, was > 1 && now < was:
		return "weaker"
	case was > 1:
		return "stronger"
	}
	return ""
}

func endpointName(c *outbound.Connection) string {
	switch e := c.Server; {
	case e == nil:
		return ""
	case e.Workload == nil:
		return fmt.Sprint(e.Address, e.Port)
	default:
		return fmt.Sprint(e.Workload.Ref, e.Port)
	}
}
