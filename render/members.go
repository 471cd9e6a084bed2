package render

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// members finds among which clients of a question a workload is: by their numbers, since
// rosters are sorted by them.
type members struct {
	byWorkload map[*resolve.Workload]int
	byName     map[resolve.Peer][]int
}

func (v Connections) members() *members {
	m := &members{map[*resolve.Workload]int{}, map[resolve.Peer][]int{}}
	for _, c := range v.Calls.chosen(v.Mesh) {
		for _, w := range c.workloads {
			m.byWorkload[w] = c.number
			m.byName[w.Peer()] = append(m.byName[w.Peer()], c.number)
		}
	}
	return m
}

// in reports whether a workload is among the clients.
func (m *members) in(r *roster, w *resolve.Workload) bool {
	number, chosen := m.byWorkload[w]
	return chosen && r.has(number)
}

// named reports whether one of the clients has the name.
func (m *members) named(r *roster, p resolve.Peer) bool {
	return slices.ContainsFunc(m.byName[p], r.has)
}
