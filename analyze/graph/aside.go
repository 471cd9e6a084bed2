package graph

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// aside is a call that no row has: of a client without a proxy, of one that is no workload of the
// input, or past the client's proxy.
type aside struct {
	// client is nil for a caller that is no workload; name is what it is called.
	client  *inbound.Workload
	name    string
	host    *outbound.Host
	peers   *calls.PeerCall
	servers []*outbound.Endpoint
	verdict resolve.Verdict
	// connection is what becomes of the call, nil where nobody can tell.
	connection *outbound.Connection
	says       string
	basis      Basis
	seen       evidence.Sightings
}

// asides are those of declared calls, and of clients that were seen.
func asides(c *calls.Calls) []*aside {
	var list []*aside
	for _, d := range c.DeclaredBesides() {
		a := &aside{client: d.Client, name: d.Caller, host: d.Host, servers: []*outbound.Endpoint{nil}, says: d.Says, basis: Declared}
		if p := c.Path(d); p != nil {
			a.connection, a.verdict, a.servers = &p.Connection, p.Outcome.Verdict, []*outbound.Endpoint{p.Server}
		}
		list = append(list, a)
	}
	for _, p := range c.PeerCalls() {
		self := &outbound.Endpoint{Workload: p.Workload, Port: p.Port.Number}
		list = append(list, &aside{client: p.Workload, peers: &p, servers: []*outbound.Endpoint{self}, verdict: p.Outcome.Verdict, says: p.What, basis: Declared})
	}
	seen := c.SeenBesides()
	if len(seen) == 0 {
		return list
	}
	servers, peers := serversOf(c), peersOf(c)
	for _, s := range seen {
		a := &aside{name: s.Client.String(), host: s.Host, servers: servers[s.Host], verdict: seenAs(s.Sightings), says: "seen", basis: Observed, seen: s.Sightings}
		a.client = peers[s.Client]
		list = append(list, a)
	}
	return list
}

// seenAs is how calls went that were seen, the worst of them first.
func seenAs(s evidence.Sightings) resolve.Verdict {
	switch {
	case !s.Plaintext.IsZero():
		return resolve.VerdictPlaintext
	case !s.Unknown.IsZero():
		return resolve.VerdictUnknown
	}
	return resolve.VerdictMTLS
}

// serversOf are the endpoints of the hosts of the rows, one for each workload, nil for none.
func serversOf(c *calls.Calls) map[*outbound.Host][]*outbound.Endpoint {
	all := map[*outbound.Host][]*outbound.Endpoint{}
	for _, p := range c.Parts() {
		known := all[p.Host]
		if !slices.ContainsFunc(known, func(e *outbound.Endpoint) bool { return sameServer(e, p.Server) }) {
			all[p.Host] = append(known, p.Server)
		}
	}
	return all
}

func sameServer(a, b *outbound.Endpoint) bool {
	if a == nil || b == nil || a.Workload == nil || b.Workload == nil {
		return (a == nil || a.Workload == nil) && (b == nil || b.Workload == nil)
	}
	return a.Workload == b.Workload
}

func peersOf(c *calls.Calls) map[resolve.Peer]*inbound.Workload {
	peers := map[resolve.Peer]*inbound.Workload{}
	for _, w := range c.Mesh.Workloads() {
		peers[w.Peer()] = w
	}
	return peers
}

// outsideOr is the node of a workload, or of a caller that is none.
func (k *cast) outsideOr(w *inbound.Workload, name string) *Node {
	if w == nil {
		return k.outside(name)
	}
	return k.client(w)
}
