package calls

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// TestRosters: every list of clients is the one that its classes make, and equal
// lists are one in memory: 50,000 hosts times 1,000 classes would be gigabytes.
func TestRosters(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	pair := []*inbound.Workload{{Ref: resolve.Ref{Name: "one"}}, {Ref: resolve.Ref{Name: "two"}}}
	var classes []*outbound.ClientClass
	chosen := map[*outbound.ClientClass][]*Group{}
	for i := range 12 {
		class := &outbound.ClientClass{Namespace: string(rune('a' + i))}
		classes = append(classes, class)
		chosen[class] = []*Group{newGroup(class, pair, i+1)}
	}
	hosts := []*outbound.Host{{Namespace: "a"}, {Namespace: "b"}}
	q := Query{Shows: func(namespace string) bool { return namespace > "a" && namespace < "f" }}
	lists := newRosters()
	known := map[*Roster]bool{}
	for range 2_000 {
		some := slices.DeleteFunc(slices.Clone(classes), func(*outbound.ClientClass) bool { return r.IntN(2) == 0 })
		if len(some) == 0 {
			continue
		}
		host := hosts[r.IntN(len(hosts))]
		var want []*Group
		for _, class := range some {
			if q.Pair(class, host) {
				want = append(want, chosen[class]...)
			}
		}
		r.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
		for range 2 { // the second time by the slice alone
			got := lists.of(some, host, q, chosen)
			checkRoster(t, got, want, classes, chosen)
			for before := range known {
				if got != nil && before != got && slices.Equal(before.Groups, got.Groups) {
					t.Fatalf("the same %d groups are kept twice", len(got.Groups))
				}
			}
			known[got] = true
			delete(known, nil)
		}
	}
}

func checkRoster(t *testing.T, got *Roster, want []*Group, classes []*outbound.ClientClass, chosen map[*outbound.ClientClass][]*Group) {
	t.Helper()
	switch {
	case got == nil && len(want) == 0:
		return
	case got == nil || !slices.Equal(got.Groups, want):
		t.Fatalf("got %+v, want %d groups", got, len(want))
	case got.Workloads != 2*len(want) || got.Names != 2*len(want):
		t.Fatalf("%d workloads with %d names of %d classes of two", got.Workloads, got.Names, len(want))
	}
	for _, class := range classes {
		if g := chosen[class][0]; got.has(g.Number) != slices.Contains(want, g) {
			t.Fatalf("the roster has group %d: %t", g.Number, got.has(g.Number))
		}
	}
}

func partsOf(list ...*Roster) (parts []*Part) {
	for _, r := range list {
		parts = append(parts, &Part{Clients: r})
	}
	return parts
}

// TestMerged: clients of several rosters are each in the merged one once, in order, and
// their namespaces too.
func TestMerged(t *testing.T) {
	t.Parallel()
	var groups []*Group
	for i, ns := range []string{"a", "b", "a"} {
		workload := &inbound.Workload{Ref: resolve.Ref{Namespace: ns, Name: string(rune('x' + i))}}
		groups = append(groups, newGroup(&outbound.ClientClass{Namespace: ns}, []*inbound.Workload{workload}, []int{1, 3, 2}[i]))
	}
	lists := newRosters()
	first, second := lists.union([]*Roster{groups[0].Alone(), groups[1].Alone()}), lists.union([]*Roster{groups[1].Alone(), groups[2].Alone()})
	all := lists.merged(partsOf(first, second, first))
	if want := []*Group{groups[0], groups[2], groups[1]}; !slices.Equal(all.Groups, want) || all.Names != 3 {
		t.Errorf("merged are %d groups with %d names", len(all.Groups), all.Names)
	}
	if want := []string{"a", "b"}; !slices.Equal(all.Namespaces, want) {
		t.Errorf("namespaces %q, want %q", all.Namespaces, want)
	}
	if again := lists.merged(partsOf(second, first)); again != all {
		t.Error("the same clients are kept twice")
	}
	if same := lists.merged(partsOf(first, first, first)); same != first {
		t.Error("one roster is merged to another")
	}
}
