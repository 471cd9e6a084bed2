package graph

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

type ends struct{ from, to *Node }

// share is how many workloads of a roster are behind a node.
type share struct {
	*Node
	workloads int
	first     *inbound.Workload
}

// sighting is what a record counts once, however many endpoints may have taken it.
type sighting struct {
	client resolve.Peer
	host   *outbound.Host
	port   int32
}

// weaver makes edges of parts. What it does for a part depends on how many nodes its clients are,
// not on how many workloads: rosters are added up once.
type weaver struct {
	*builder
	cast  *cast
	edges map[ends]*Edge
	// shares are those of all clients, and of those that are near the focus.
	shares [2]sums
}

// part adds the edges to the server of a part.
func (w *weaver) part(p *calls.Part) {
	added := map[*Edge]*Call{}
	if w.possible() {
		for _, s := range w.sharesOf(p) {
			w.add(added, s, p, Possible)
		}
	}
	for i := range w.made[p] {
		m := &w.made[p][i]
		if !w.wanted(m) || !w.near.shows(w.near.client(m.Client), w.near.server(p)) {
			continue
		}
		from := w.cast.client(m.Client)
		e := w.edges[ends{from, w.cast.server(p.Host, p.Server)}]
		if !w.possible() {
			e = w.add(added, share{from, 1, m.Client}, p, basisOf(m))
		}
		w.mark(e, added[e], p, m)
	}
}

// add counts the calls of clients behind one node.
func (w *weaver) add(added map[*Edge]*Call, s share, p *calls.Part, basis Basis) *Edge {
	e := w.edge(s.Node, w.cast.server(p.Host, p.Server))
	verdict := p.Outcome.Verdict
	e.Connections[verdict] += s.workloads
	if p.Denied() {
		e.Denied += s.workloads
	}
	if added[e] == nil {
		added[e] = &Call{Verdict: verdict, Host: p.Host, Part: p, Connection: &p.Connection, Client: s.first, Basis: basis}
		e.keep(added[e])
	}
	return e
}

// mark notes what is known of the calls of one client.
func (w *weaver) mark(e *Edge, c *Call, p *calls.Part, m *calls.Made) {
	basis := basisOf(m)
	e.Basis = max(e.Basis, basis)
	if basis > c.Basis || c.Says == "" {
		c.Basis, c.Client = max(c.Basis, basis), m.Client
	}
	if len(m.Declared) > 0 && c.Says == "" {
		c.Says = m.Declared[0].Says
	}
	seen := sighting{m.Client.Peer(), p.Host, 0}
	if w.calls.Evidence.KnowsPorts() {
		seen.port = p.Port.Number
	}
	if !e.seen[seen] && !m.Observed.IsZero() {
		e.seen[seen] = true
		e.Seen.Add(m.Observed)
	}
}

// aside adds an edge that no row has.
func (w *weaver) aside(a *aside) {
	for _, server := range a.servers {
		if !w.near.shows(w.near.client(a.client), w.near.end(a.host, server)) {
			continue
		}
		from := w.cast.outsideOr(a.client, a.name)
		e := w.edge(from, w.cast.server(a.host, server))
		e.Basis = max(e.Basis, a.basis)
		e.Seen.Add(a.seen)
		e.Connections[a.verdict]++
		e.keep(&Call{Verdict: a.verdict, Host: a.host, Peers: a.peers, Connection: a.connection, Client: a.client, Says: a.says, Basis: a.basis})
	}
}

func (w *weaver) edge(from, to *Node) *Edge {
	e := w.edges[ends{from, to}]
	if e == nil {
		e = &Edge{From: from, To: to, Connections: map[resolve.Verdict]int{}, kept: map[resolve.Verdict]int{}, seen: map[sighting]bool{}}
		w.edges[ends{from, to}] = e
	}
	return e
}

func (e *Edge) keep(c *Call) {
	if e.kept[c.Verdict] == mostCalls {
		e.More++
		return
	}
	e.kept[c.Verdict]++
	e.Calls = append(e.Calls, c)
}

// sharesOf are the nodes behind the clients of a part, each with how many of them it is: of all
// clients where the server is near enough to the focus, else of those that are.
func (w *weaver) sharesOf(p *calls.Part) []share {
	server := w.near.server(p)
	if !w.near.shows(0, server) {
		return nil
	}
	sums := &w.shares[0]
	if w.near != nil && server >= w.near.depth {
		sums = &w.shares[1]
	}
	return sums.of(p.Clients, func(g *calls.Group) []share { return w.sharesOfGroup(g, server) })
}

func (w *weaver) sharesOfGroup(g *calls.Group, server int) []share {
	var list []share
	for _, client := range g.Workloads {
		if !w.near.shows(w.near.client(client), server) {
			continue
		}
		n := w.cast.client(client)
		i := slices.IndexFunc(list, func(s share) bool { return s.Node == n })
		if i < 0 {
			i, list = len(list), append(list, share{n, 0, client})
		}
		list[i].workloads++
	}
	return list
}

// sorted are the edges in the order of their nodes, their calls by urgency.
func (w *weaver) sorted() []*Edge {
	list := make([]*Edge, 0, len(w.edges))
	for _, e := range w.edges {
		slices.SortStableFunc(e.Calls, worse)
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b *Edge) int {
		if order := compareNodes(a.From, b.From); order != 0 {
			return order
		}
		return compareNodes(a.To, b.To)
	})
	return list
}
