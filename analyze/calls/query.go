package calls

import (
	"iter"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Query chooses connections. The zero Query are those of every client with a proxy to
// every host that it knows; functions that are nil let everything pass.
type Query struct {
	// Filter narrows classes and hosts before anything is worked out.
	Filter resolve.Filter
	// Client chooses among the workloads of a class.
	Client func(*resolve.Workload) bool
	// Shows chooses namespaces: either the client's or the host's must be one of them.
	Shows func(namespace string) bool
	// Call looks at everything.
	Call func(*resolve.Connection) bool
}

// Pair reports whether calls of the clients to the host are chosen.
func (q Query) Pair(c *resolve.ClientClass, h *resolve.Host) bool {
	return q.shows(c.Namespace) || q.shows(h.Namespace)
}

func (q Query) shows(namespace string) bool { return q.Shows == nil || q.Shows(namespace) }

// groups finds the clients once; a class without any is left out.
func (q Query) groups(m *resolve.Mesh) map[*resolve.ClientClass]*Group {
	all := map[*resolve.ClientClass]*Group{}
	for _, class := range m.Clients() {
		workloads := class.Workloads
		if q.Client != nil {
			workloads = slices.DeleteFunc(slices.Clone(workloads), func(w *resolve.Workload) bool { return !q.Client(w) })
		}
		if len(workloads) > 0 {
			all[class] = newGroup(class, workloads, len(all)+1)
		}
	}
	return all
}

// each yields every chosen connection once for all clients that share it, good until the
// next. Equal clients are the same roster.
func (q Query) each(m *resolve.Mesh) iter.Seq2[*Roster, *resolve.Connection] {
	return func(yield func(*Roster, *resolve.Connection) bool) {
		q.eachOf(m, q.groups(m), yield)
	}
}

func (q Query) eachOf(m *resolve.Mesh, chosen map[*resolve.ClientClass]*Group, yield func(*Roster, *resolve.Connection) bool) {
	lists := newRosters()
	var class, host, kept = (*resolve.ClientClass)(nil), (*resolve.Host)(nil), (*Roster)(nil)
	var c resolve.Connection
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
func (q Query) shared(m *resolve.Mesh, chosen map[*resolve.ClientClass]*Group) iter.Seq2[[]*resolve.ClientClass, resolve.Connection] {
	f := q.Filter
	f.Client = func(class *resolve.ClientClass) bool {
		return chosen[class] != nil && (q.Filter.Client == nil || q.Filter.Client(class))
	}
	if !f.Hidden && !f.Naked {
		return m.Shared(f)
	}
	return func(yield func([]*resolve.ClientClass, resolve.Connection) bool) {
		for c := range m.Connections(f) {
			if !yield([]*resolve.ClientClass{c.Client}, c) {
				return
			}
		}
	}
}
