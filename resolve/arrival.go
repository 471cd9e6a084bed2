package resolve

// Arrival is what a server's side saw of one client's calls by way of one service; a
// zero Service is calls to its address.
type Arrival struct {
	// Client is zero where telemetry could not name it.
	Client, Service Peer
	Seen
}

// arrivalsOf sorts a record by who was called.
func arrivalsOf(t *Traffic) map[Peer][]Arrival {
	by := map[Peer][]Arrival{}
	for _, edge := range t.Edges { // sorted by client
		list := by[edge.Server]
		at := -1
		for i := len(list) - 1; i >= 0 && list[i].Client == edge.Client; i-- {
			if list[i].Service == edge.Service {
				at = i
			}
		}
		if at < 0 {
			at = len(list)
			list = append(list, Arrival{Client: edge.Client, Service: edge.Service})
		}
		list[at].of(edge.Security).add(Sight{edge.Count, edge.LastSeen})
		by[edge.Server] = list
	}
	return by
}

// At is what was seen at a server, sorted by client.
func (e *Evidence) At(w *Workload) []Arrival {
	if e == nil {
		return nil
	}
	return e.arrivals[w.Peer()]
}
