package graph

import (
	"cmp"
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
)

// tooLarge are the groups to collapse, so that there are no more nodes than most: the
// largest first, those of the focus last.
func (b *builder) tooLarge(most int) map[Group]bool {
	collapsed := map[Group]bool{}
	if b.o.By == ByNamespace || most <= 0 {
		return collapsed
	}
	sizes, sum := b.sizes()
	groups := slices.Collect(maps.Keys(sizes))
	focus := map[Group]bool{}
	for _, w := range b.o.Focus {
		focus[groupOf(w)] = true
	}
	last := func(g Group) int {
		if focus[g] {
			return 1
		}
		return 0
	}
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(last(a), last(b)), cmp.Compare(sizes[b], sizes[a]), cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.Namespace, b.Namespace))
	})
	for _, g := range groups {
		if sum <= most || g == (Group{}) {
			continue
		}
		if sizes[g] > 1 {
			collapsed[g], sum = true, sum-sizes[g]+1
		}
	}
	return collapsed
}

// everyGroup are all that have more than one node.
func (b *builder) everyGroup() map[Group]bool {
	collapsed := map[Group]bool{}
	sizes, _ := b.sizes()
	for g, size := range sizes {
		if size > 1 && g != (Group{}) {
			collapsed[g] = true
		}
	}
	return collapsed
}

// sizes counts the nodes of each group, were none collapsed.
func (b *builder) sizes() (sizes map[Group]int, sum int) {
	k := newCast(b.o.By, nil)
	if b.possible() && b.near == nil { // whoever calls, calls something
		for _, g := range b.calls.Clients() {
			for _, w := range g.Workloads {
				k.client(w)
			}
		}
	}
	for _, p := range b.parts {
		if b.possible() && b.near == nil || b.reached(p, k) {
			k.server(p.Host, p.Server)
		}
	}
	for _, a := range b.aside {
		for _, server := range a.servers {
			if b.near.shows(b.near.client(a.client), b.near.end(a.host, server)) {
				k.outsideOr(a.client, a.name)
				k.server(a.host, server)
			}
		}
	}
	sizes = map[Group]int{}
	for _, n := range k.nodes {
		sizes[n.Group]++
	}
	return sizes, len(k.nodes)
}

// reached notes the clients that have an edge to the server of a part.
func (b *builder) reached(p *calls.Part, k *cast) bool {
	server, any := b.near.server(p), false
	for w := range b.clients(p) {
		if b.near.shows(b.near.client(w), server) {
			any = true
			k.client(w)
		}
	}
	return any
}
