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
	// Pair looks at both ends, Call at everything.
	Pair func(*resolve.ClientClass, *resolve.Host) bool
	Call func(*resolve.Connection) bool
}

// clients are those of the chosen workloads, by class: what is counted and named.
type clients struct {
	class     *resolve.ClientClass
	workloads []*resolve.Workload
	// names counts workloads, however many variants they have.
	names int
	// number tells the clients of one question from each other.
	number int
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
			all[class] = newClients(class, workloads)
			all[class].number = len(all)
		}
	}
	return all
}

func newClients(class *resolve.ClientClass, workloads []*resolve.Workload) *clients {
	c := &clients{class: class, workloads: workloads}
	for i, w := range workloads {
		if i == 0 || workloads[i-1].Ref != w.Ref {
			c.names++
		}
	}
	return c
}

// each yields every chosen connection once for all clients that share it. The
// same slice comes again for the next connection of the same clients.
func (q Calls) each(m *resolve.Mesh) iter.Seq2[[]*clients, *resolve.Connection] {
	return func(yield func([]*clients, *resolve.Connection) bool) {
		chosen, lists := q.chosen(m), rosters{known: map[uint64][][]*clients{}}
		var group, host, kept = (*resolve.ClientClass)(nil), (*resolve.Host)(nil), []*clients(nil)
		for classes, c := range q.shared(m, chosen) {
			if classes[0] != group || c.Host != host {
				group, host, kept = classes[0], c.Host, lists.of(classes, c.Host, q, chosen)
			}
			if len(kept) > 0 && (q.Call == nil || q.Call(&c)) && !yield(kept, &c) {
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

// rosters keeps one copy of every list of clients: a large mesh has many hosts, and
// most of them the same clients.
type rosters struct {
	known   map[uint64][][]*clients
	scratch []*clients
}

// of are the clients of a group of classes that are asked about with a host.
func (r *rosters) of(classes []*resolve.ClientClass, h *resolve.Host, q Calls, chosen map[*resolve.ClientClass]*clients) []*clients {
	list, hash := r.scratch[:0], uint64(0)
	for _, class := range classes {
		if q.Pair == nil || q.Pair(class, h) {
			c := chosen[class]
			list, hash = append(list, c), hash*31+uint64(c.number)
		}
	}
	r.scratch = list
	for _, same := range r.known[hash] {
		if slices.Equal(same, list) {
			return same
		}
	}
	kept := slices.Clip(slices.Clone(list))
	r.known[hash] = append(r.known[hash], kept)
	return kept
}
