package graph

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// Options choose what a graph shows.
type Options struct {
	By By
	// Bases are the edges that are wanted: with Possible all, none at all for those that are
	// known, or where nothing is known, all.
	Bases []Basis
	// Focus are the workloads around which the graph is, Depth how many edges away it ends; nil
	// is the whole mesh.
	Focus []*inbound.Workload
	Depth int
	// MaxNodes and MaxEdges are how much there may be before namespaces are collapsed, the
	// largest first; 0 for any number.
	MaxNodes, MaxEdges int
	// Most is how many edges there may be at all: what needs a look first is kept. 0 is any
	// number.
	Most int
}

// Of is the graph of the calls of a question.
func Of(c *calls.Calls, o Options) *Graph {
	b := newBuilder(c, o)
	if o.Focus != nil {
		b.near = b.distances()
	}
	g, collapsed := b.readable()
	for group := range collapsed {
		g.Collapsed = append(g.Collapsed, group)
	}
	slices.SortFunc(g.Collapsed, func(a, b Group) int {
		return cmp.Or(cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.Namespace, b.Namespace))
	})
	g.cut(o.Most)
	g.TooMany = o.MaxNodes > 0 && len(g.Nodes) > o.MaxNodes || o.MaxEdges > 0 && len(g.Edges) > o.MaxEdges
	return g
}

// readable is the graph with as few groups collapsed as there may be.
func (b *builder) readable() (*Graph, map[Group]bool) {
	if b.o.By == ByNamespace || b.o.MaxEdges <= 0 {
		collapsed := b.tooLarge(b.o.MaxNodes)
		return b.graph(collapsed, 0), collapsed
	}
	most := b.o.MaxNodes
	for range mostTries {
		collapsed := b.tooLarge(most)
		if g := b.graph(collapsed, b.o.MaxEdges); g != nil {
			return g, collapsed
		}
		if most /= 4; most < 2 {
			break
		}
	}
	collapsed := b.everyGroup()
	return b.graph(collapsed, 0), collapsed
}

// mostTries bounds how often a graph is begun that turns out to have too many edges.
const mostTries = 4

// builder goes over the parts of the calls.
type builder struct {
	calls *calls.Calls
	o     Options
	parts []*calls.Part
	made  map[*calls.Part][]calls.Made
	// aside are calls that no row has.
	aside []*aside
	bases []Basis
	// near are the distances from the focus, nil without one.
	near *distances
}

func newBuilder(c *calls.Calls, o Options) *builder {
	b := &builder{calls: c, o: o, parts: c.Parts(), made: map[*calls.Part][]calls.Made{}, bases: slices.Clone(o.Bases)}
	for _, p := range b.parts {
		if made := c.Made(p); len(made) > 0 {
			b.made[p] = made
		}
	}
	b.aside = asides(c)
	switch {
	case len(b.bases) > 0:
	case len(b.made)+len(b.aside) > 0:
		b.bases = []Basis{Declared, Observed}
	default:
		b.bases = []Basis{Possible}
	}
	slices.Sort(b.bases)
	b.bases = slices.Compact(b.bases)
	b.aside = slices.DeleteFunc(b.aside, func(a *aside) bool { return !b.wants(a.basis) })
	return b
}

func (b *builder) possible() bool { return slices.Contains(b.bases, Possible) }

func (b *builder) wants(basis Basis) bool { return b.possible() || slices.Contains(b.bases, basis) }

// basisOf is what is known of the calls of a client.
func basisOf(m *calls.Made) Basis {
	if !m.Observed.IsZero() {
		return Observed
	}
	return Declared
}

// wanted reports that the calls of a client are of a basis that is asked for.
func (b *builder) wanted(m *calls.Made) bool {
	return b.possible() || b.wants(Observed) && !m.Observed.IsZero() || b.wants(Declared) && len(m.Declared) > 0
}

// clients yields the workloads that have an edge to the server of a part.
func (b *builder) clients(p *calls.Part) func(yield func(*inbound.Workload) bool) {
	if b.possible() {
		return p.Clients.Each
	}
	return func(yield func(*inbound.Workload) bool) {
		for i := range b.made[p] {
			if m := &b.made[p][i]; b.wanted(m) && !yield(m.Client) {
				return
			}
		}
	}
}

// graph makes nodes and edges: nil where there are more edges than most, 0 for any number.
func (b *builder) graph(collapsed map[Group]bool, most int) *Graph {
	w := &weaver{builder: b, cast: newCast(b.o.By, collapsed), edges: map[ends]*Edge{}, shares: [2]sums{newSums(), newSums()}}
	for _, p := range b.parts {
		if w.part(p); most > 0 && len(w.edges) > most {
			return nil
		}
	}
	for _, a := range b.aside {
		if w.aside(a); most > 0 && len(w.edges) > most {
			return nil
		}
	}
	return &Graph{Nodes: w.cast.all(), Edges: w.sorted(), Bases: b.bases}
}

// worse orders calls, what needs a look first.
func worse(a, b *Call) int {
	return cmp.Or(cmp.Compare(a.Verdict.Urgency(), b.Verdict.Urgency()), -cmp.Compare(a.Basis, b.Basis), cmp.Compare(hostOf(a), hostOf(b)), cmp.Compare(portOf(a), portOf(b)))
}

func portOf(c *Call) int32 {
	if c.Connection == nil || c.Connection.Port == nil {
		return 0
	}
	return c.Connection.Port.Number
}

func hostOf(c *Call) string {
	if c.Host == nil {
		return ""
	}
	return c.Host.Name
}
