package calls

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/path"
)

// Made is a client that is known to make the calls of a part, and what is known of that.
type Made struct {
	Client *inbound.Workload
	Known
}

// Made are the clients that are known to make the calls of a part, each once: those that were
// seen on its port, on any port of the host where the record does not tell ports, and those of
// which configuration says so.
func (c *Calls) Made(p *Part) []Made {
	var list []Made
	of := func(w *inbound.Workload) *Known {
		i := slices.IndexFunc(list, func(m Made) bool { return m.Client == w })
		if i < 0 {
			i, list = len(list), append(list, Made{Client: w})
		}
		return &list[i].Known
	}
	for _, caller := range c.seenOn(p) {
		for _, w := range c.members.workloads(p.Clients, caller.Client) {
			known := of(w)
			known.Observed.Add(caller.Sightings)
		}
	}
	for _, d := range declared.In(c.Mesh).On(p.Host) {
		if d.Makes(&p.Connection) && c.members.in(p.Clients, d.Client) && path.In(c.Mesh).Same(d, &p.Connection) {
			known := of(d.Client)
			known.Declared = append(known.Declared, d)
		}
	}
	return list
}

func (c *Calls) seenOn(p *Part) []evidence.Caller {
	switch {
	case c.Evidence == nil:
		return nil
	case c.Evidence.KnowsPorts():
		return c.Evidence.CallersOn(p.Host, p.Port.Number)
	}
	return c.Evidence.Callers(p.Host)
}

// workloads are those of the clients that have a name.
func (m *members) workloads(r *Roster, p resolve.Peer) []*inbound.Workload {
	var list []*inbound.Workload
	for _, w := range m.byPeer[p] {
		if m.in(r, w) {
			list = append(list, w)
		}
	}
	return list
}
