package calls

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Calls are the connections of one question, grouped. They are worked out when something
// of them is first asked for, and kept: whoever reads them reads the same.
type Calls struct {
	Mesh  *mesh.Mesh
	Query Query
	// Evidence is who was seen calling whom, nil where nobody looked.
	Evidence *evidence.Evidence

	groups  map[*outbound.ClientClass][]*Group
	members *members
	found   *collector
	totals  Totals
	clients []*Group
	rows    [2][]*Row
}

// Of are the connections that a query chooses in a mesh.
func Of(m *mesh.Mesh, q Query, e *evidence.Evidence) *Calls {
	return &Calls{Mesh: m, Query: q, Evidence: e}
}

// walk looks at every connection once.
func (c *Calls) walk() {
	if c.found != nil {
		return
	}
	c.groups, c.found = c.Query.groups(c.Mesh), newCollector(c.Mesh)
	counted := newTally()
	c.Query.eachOf(c.Mesh, c.groups, func(from *Roster, con *outbound.Connection) bool {
		c.found.add(from, con)
		counted.add(from, con)
		return true
	})
	c.totals, c.clients = counted.sum(), counted.clients()
	c.totals.Denied = c.found.denied()
	c.members = membersOf(c.groups)
}

// Rows are the calls that a reader need not tell apart, hosts that need a look first. With
// apart, servers whose modes different objects decided are not in one row.
func (c *Calls) Rows(apart bool) []*Row {
	c.walk()
	i := 0
	if apart {
		i = 1
	}
	if c.rows[i] == nil {
		c.rows[i] = c.found.rows(apart)
	}
	return c.rows[i]
}

// Each yields every connection as it comes, once for all clients that share it, good until
// the next.
func (c *Calls) Each(yield func(*Roster, *outbound.Connection) bool) { c.Query.each(c.Mesh)(yield) }

// Pairs are a client workload and an endpoint each, what needs a look first.
func (c *Calls) Pairs() []Pair { return c.Query.Pairs(c.Mesh) }

// Parts are the calls as they come: those of a port, in a subset, that one endpoint
// takes.
func (c *Calls) Parts() []*Part {
	c.Rows(false)
	return c.found.parts
}

// Totals counts the connections.
func (c *Calls) Totals() Totals {
	c.walk()
	return c.totals
}

// Clients are the groups that call something, by number.
func (c *Calls) Clients() []*Group {
	c.walk()
	return c.clients
}

// Unsettled names the namespaces, each once, whose Namespace objects would settle calls
// that nobody can tell.
func (c *Calls) Unsettled() []string {
	var missing []string
	add := func(namespace string) {
		if ns := c.Mesh.Namespace(namespace); ns == nil || !ns.Known {
			missing = append(missing, namespace)
		}
	}
	for _, r := range c.Rows(false) {
		if r.Outcome.Verdict != resolve.VerdictUnknown || r.Server == nil || !Unsettled(&r.Connection) {
			continue
		}
		for _, g := range r.Clients.Groups {
			if g.Class.Dataplane == resolve.DataplaneUnknown {
				add(g.Class.Namespace)
			}
		}
		if w := r.Server.Workload; w != nil && r.Serves.Mode == resolve.Unknown {
			add(w.Ref.Namespace)
		}
	}
	slices.Sort(missing)
	return slices.Compact(missing)
}
