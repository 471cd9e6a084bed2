package render

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// TestRosters: every list of clients is the one that its classes make, and equal
// lists are one in memory: 50,000 hosts times 1,000 classes would be gigabytes.
func TestRosters(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	pair := []*resolve.Workload{{Ref: resolve.Ref{Name: "one"}}, {Ref: resolve.Ref{Name: "two"}}}
	var classes []*resolve.ClientClass
	chosen := map[*resolve.ClientClass]*clients{}
	for i := range 12 {
		class := &resolve.ClientClass{Namespace: string(rune('a' + i))}
		classes = append(classes, class)
		chosen[class] = newClients(class, pair, i+1)
	}
	hosts := []*resolve.Host{{Namespace: "a"}, {Namespace: "b"}}
	q := Calls{Shows: func(namespace string) bool { return namespace > "a" && namespace < "f" }}
	lists := newRosters()
	known := map[*roster]bool{}
	for range 2_000 {
		group := slices.DeleteFunc(slices.Clone(classes), func(*resolve.ClientClass) bool { return r.IntN(2) == 0 })
		if len(group) == 0 {
			continue
		}
		host := hosts[r.IntN(len(hosts))]
		var want []*clients
		for _, class := range group {
			if q.Pair(class, host) {
				want = append(want, chosen[class])
			}
		}
		r.Shuffle(len(group), func(i, j int) { group[i], group[j] = group[j], group[i] })
		for range 2 { // the second time by the slice alone
			got := lists.of(group, host, q, chosen)
			checkRoster(t, got, want, classes, chosen)
			for before := range known {
				if got != nil && before != got && slices.Equal(before.list, got.list) {
					t.Fatalf("render/roster.go: the same %d clients are kept twice", len(got.list))
				}
			}
			known[got] = true
			delete(known, nil)
		}
	}
}

func checkRoster(t *testing.T, got *roster, want []*clients, classes []*resolve.ClientClass, chosen map[*resolve.ClientClass]*clients) {
	t.Helper()
	switch {
	case got == nil && len(want) == 0:
		return
	case got == nil || !slices.Equal(got.list, want):
		t.Fatalf("render/roster.go: got %+v, want %d clients", got, len(want))
	case got.workloads != 2*len(want):
		t.Fatalf("render/roster.go: %d workloads of %d classes of two", got.workloads, len(want))
	}
	for _, class := range classes {
		if c := chosen[class]; got.has(c.number) != slices.Contains(want, c) {
			t.Fatalf("render/roster.go: has(%d) is %t", c.number, got.has(c.number))
		}
	}
}

// TestRostersOfOneNamespace: clients that come in several portions are of a namespace once.
func TestRostersOfOneNamespace(t *testing.T) {
	t.Parallel()
	var parts []*roster
	for i, ns := range []string{"a", "b", "a"} {
		workload := &resolve.Workload{Ref: resolve.Ref{Namespace: ns, Name: string(rune('x' + i))}}
		parts = append(parts, newClients(&resolve.ClientClass{Namespace: ns}, []*resolve.Workload{workload}, []int{1, 3, 2}[i]).alone())
	}
	if got, want := newRosters().union(parts).text, "3 workloads of 2 namespaces"; got != want {
		t.Errorf("render/roster.go: %q, want %q", got, want)
	}
}
