package calls

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// members finds in which groups of a question a workload is: by their numbers, since
// rosters are sorted by them.
type members struct {
	byWorkload map[*inbound.Workload]int
	byName     map[resolve.Peer][]int
	byPeer     map[resolve.Peer][]*inbound.Workload
}

func membersOf(groups map[*outbound.ClientClass][]*Group) *members {
	m := &members{map[*inbound.Workload]int{}, map[resolve.Peer][]int{}, map[resolve.Peer][]*inbound.Workload{}}
	for _, same := range groups {
		for _, g := range same {
			for _, w := range g.Workloads {
				m.byWorkload[w] = g.Number
				m.byName[w.Peer()] = append(m.byName[w.Peer()], g.Number)
				m.byPeer[w.Peer()] = append(m.byPeer[w.Peer()], w)
			}
		}
	}
	return m
}

// in reports whether a workload is among the clients.
func (m *members) in(r *Roster, w *inbound.Workload) bool {
	number, chosen := m.byWorkload[w]
	return chosen && r.has(number)
}

// named reports whether one of the clients has the name.
func (m *members) named(r *Roster, p resolve.Peer) bool {
	return slices.ContainsFunc(m.byName[p], r.has)
}
