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
	var classes []*resolve.ClientClass
	chosen := map[*resolve.ClientClass]*clients{}
	for i := range 12 {
		class := &resolve.ClientClass{Namespace: string(rune('a' + i))}
		classes = append(classes, class)
		chosen[class] = &clients{class: class, number: i % 4} // of one number, so that hashes collide
	}
	hosts := []*resolve.Host{{Namespace: "a"}, {Namespace: "b"}}
	q := Calls{Pair: func(c *resolve.ClientClass, h *resolve.Host) bool { return c.Namespace != h.Namespace }}
	lists := rosters{known: map[uint64][][]*clients{}}
	var given [][]*clients
	for range 2_000 {
		group := slices.DeleteFunc(slices.Clone(classes), func(*resolve.ClientClass) bool { return r.IntN(2) == 0 })
		host := hosts[r.IntN(len(hosts))]
		var want []*clients
		for _, class := range group {
			if q.Pair(class, host) {
				want = append(want, chosen[class])
			}
		}
		got := lists.of(group, host, q, chosen)
		if !slices.Equal(got, want) {
			t.Fatalf("render/calls.go: %d clients of %d classes, want %d", len(got), len(group), len(want))
		}
		for _, before := range given {
			if len(got) > 0 && slices.Equal(before, got) && &before[0] != &got[0] {
				t.Fatalf("render/calls.go: the same %d clients are kept twice", len(got))
			}
		}
		given = append(given, got)
	}
	for _, list := range given {
		if len(list) != cap(list) {
			t.Fatalf("render/calls.go: a list of %d clients has room for %d: appending would write into another row's", len(list), cap(list))
		}
	}
}
