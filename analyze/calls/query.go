package calls

import (
	"iter"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Query chooses connections. The zero Query are those of every client with a proxy to
// every host that it knows; functions that are nil let everything pass.
type Query struct {
	// Filter narrows classes and hosts before anything is worked out.
	Filter outbound.Filter
	// Client chooses among the workloads of a class.
	Client func(*inbound.Workload) bool
	// Shows chooses namespaces: either the client's or the host's must be one of them.
	Shows func(namespace string) bool
	// Call looks at everything.
	Call func(*outbound.Connection) bool
}

// Pair reports whether calls of the clients to the host are chosen.
func (q Query) Pair(c *outbound.ClientClass, h *outbound.Host) bool {
	return q.shows(c.Namespace) || q.shows(h.Namespace)
}

func (q Query) shows(namespace string) bool { return q.Shows == nil || q.Shows(namespace) }

// groups finds the clients once; a class without any is left out. Clients of one class that
// AuthorizationPolicies may tell apart are several groups.
func (q Query) groups(m *mesh.Mesh) map[*outbound.ClientClass][]*Group {
	all, tells, n := map[*outbound.ClientClass][]*Group{}, authz.In(m).TellsAccounts(), 0
	for _, class := range m.Clients() {
		workloads := class.Workloads
		if q.Client != nil {
			workloads = slices.DeleteFunc(slices.Clone(workloads), func(w *inbound.Workload) bool { return !q.Client(w) })
		}
		if len(workloads) == 0 {
			continue
		}
		alike := [][]*inbound.Workload{workloads}
		if tells {
			alike = byAccount(workloads)
		}
		for _, same := range alike {
			n++
			all[class] = append(all[class], newGroup(class, same, n))
		}
	}
	return all
}

// each yields every chosen connection once for all clients that share it, good until the
// next. Equal clients are the same roster.
func (q Query) each(m *mesh.Mesh) iter.Seq2[*Roster, *outbound.Connection] {
	return func(yield func(*Roster, *outbound.Connection) bool) {
		q.eachOf(m, q.groups(m), yield)
	}
}

func (q Query) eachOf(m *mesh.Mesh, chosen map[*outbound.ClientClass][]*Group, yield func(*Roster, *outbound.Connection) bool) {
	lists := newRosters()
	var class, host, kept = (*outbound.ClientClass)(nil), (*outbound.Host)(nil), (*Roster)(nil)
	var c outbound.Connection
	for classes, next := range q.shared(m, chosen) {
		if classes[0] != class || next.Host != host {
			class, host, kept = classes[0], next.Host, lists.of(classes, next.Host, q, chosen)
		}
		if c = next; kept != nil && (q.Call == nil || q.Call(&c)) && !yield(kept, &c) {
			return
		}
	}
}

// shared asks for classes together where that is possible: hosts that a scope
// hides and clients without a proxy are asked about one by one.
func (q Query) shared(m *mesh.Mesh, chosen map[*outbound.ClientClass][]*Group) iter.Seq2[[]*outbound.ClientClass, outbound.Connection] {
	f := q.Filter
	f.Client = func(class *outbound.ClientClass) bool {
		return chosen[class] != nil && (q.Filter.Client == nil || q.Filter.Client(class))
	}
	if !f.Hidden && !f.Naked {
		return m.Shared(f)
	}
	return func(yield func([]*outbound.ClientClass, outbound.Connection) bool) {
		for c := range m.Connections(f) {
			if !yield([]*outbound.ClientClass{c.Client}, c) {
				return
			}
		}
	}
}
