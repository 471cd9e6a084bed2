package evidence

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// Arrival is what a server's side saw of one client's calls by way of one service, to
// one of its ports.
type Arrival struct {
	// Client is zero where telemetry could not name it, Service for calls to an address.
	Client, Service resolve.Peer
	// Port is the one on which the server listens, 0 where the source does not know.
	Port int32
	Sightings
}

// arrivalsOf sorts edges by who was called.
func arrivalsOf(edges []Edge) map[resolve.Peer][]Arrival {
	by := map[resolve.Peer][]Arrival{}
	for _, e := range edges { // sorted by client
		list, at := by[e.Server], -1
		for i := len(list) - 1; i >= 0 && list[i].Client == e.Client; i-- {
			if list[i].Service == e.Service && list[i].Port == e.Port {
				at = i
			}
		}
		if at < 0 {
			at = len(list)
			list = append(list, Arrival{Client: e.Client, Service: e.Service, Port: e.Port})
		}
		list[at].of(e.Security).add(Sight{e.Count, e.LastSeen})
		by[e.Server] = list
	}
	return by
}

// At is what was seen at a server, sorted by client.
func (e *Evidence) At(w *inbound.Workload) []Arrival {
	if e == nil {
		return nil
	}
	return e.arrivals[w.Peer()]
}
