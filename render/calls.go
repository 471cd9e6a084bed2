package render

import (
	"iter"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Calls chooses connections. The zero Calls are those of every client with a
// proxy to every host that it knows; functions that are nil let everything pass.
type Calls struct {
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
func (q Calls) Pair(c *resolve.ClientClass, h *resolve.Host) bool {
	return q.shows(c.Namespace) || q.shows(h.Namespace)
}

func (q Calls) shows(namespace string) bool { return q.Shows == nil || q.Shows(namespace) }

// clients are those of the chosen workloads, by class: what is counted and named.
type clients struct {
	class     *resolve.ClientClass
	workloads []*resolve.Workload
	// names counts workloads, however many variants they have.
	names int
	// number tells the clients of one question from each other, from 1.
	number int
	only   *roster
}

// chosen finds the clients once; a class without any is left out.
func (q Calls) chosen(m *resolve.Mesh) map[*resolve.ClientClass]*clients {
	all := map[*resolve.ClientClass]*clients{}
	for _, class := range m.Clients() {
		workloads := class.Workloads
		if q.Client != nil {
			workloads = slices.DeleteFunc(slices.Clone(workloads), func(w *resolve.Workload) bool { return !q.Client(w) })
		}
		if len(workloads) > 0 {
			all[class] = newClients(class, workloads, len(all)+1)
		}
	}
	return all
}

func newClients(class *resolve.ClientClass, workloads []*resolve.Workload, number int) *clients {
	c := &clients{class: class, workloads: workloads, number: number}
	for i, w := range workloads {
		if i == 0 || workloads[i-1].Ref != w.Ref {
			c.names++
		}
	}
	return c
}

// each yields every chosen connection once for all clients that share it, good until the
// next. Equal clients are the same roster.
func (q Calls) each(m *resolve.Mesh) iter.Seq2[*roster, *resolve.Connection] {
	return func(yield func(*roster, *resolve.Connection) bool) {
		chosen, lists := q.chosen(m), newRosters()
		var group, host, kept = (*resolve.ClientClass)(nil), (*resolve.Host)(nil), (*roster)(nil)
		var c resolve.Connection
		for classes, next := range q.shared(m, chosen) {
			if classes[0] != group || next.Host != host {
				group, host, kept = classes[0], next.Host, lists.of(classes, next.Host, q, chosen)
			}
			if c = next; kept != nil && (q.Call == nil || q.Call(&c)) && !yield(kept, &c) {
				return
			}
		}
	}
}

// shared asks for classes together where that is possible: hosts that a scope
// hides and clients without a proxy are asked about one by one.
func (q Calls) shared(m *resolve.Mesh, chosen map[*resolve.ClientClass]*clients) iter.Seq2[[]*resolve.ClientClass, resolve.Connection] {
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
