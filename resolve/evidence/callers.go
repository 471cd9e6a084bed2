package evidence

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// hostPort is a service and the port by which it was called.
type hostPort struct {
	service resolve.Peer
	port    int32
}

// seenBy adds a call to the callers of something. Calls come sorted by client.
func seenBy(callers []Caller, edge Edge) []Caller {
	if last := len(callers) - 1; last < 0 || callers[last].Client != edge.Client {
		callers = append(callers, Caller{Client: edge.Client})
	}
	callers[len(callers)-1].of(edge.Security).add(Sight{edge.Count, edge.LastSeen})
	return callers
}

// Callers are the clients that were seen calling a host, sorted.
func (e *Evidence) Callers(h *outbound.Host) []Caller {
	if e == nil {
		return nil
	}
	return e.byHost[h.Peer()]
}

// Of is what was seen of the calls of one client to a host, whichever port.
func (e *Evidence) Of(client resolve.Peer, h *outbound.Host) Sightings {
	return seenOf(e.Callers(h), client)
}

func seenOf(callers []Caller, client resolve.Peer) Sightings {
	if i, found := slices.BinarySearchFunc(callers, client, func(c Caller, p resolve.Peer) int { return c.Client.Compare(p) }); found {
		return callers[i].Sightings
	}
	return Sightings{}
}

// KnowsPorts reports that each call that was seen says by which port of the service it
// came, as access logs do and metrics do not.
func (e *Evidence) KnowsPorts() bool { return e != nil && !e.anyPort }

// CallersOn are the clients that were seen calling one port of a host, sorted; whichever
// port unless KnowsPorts.
func (e *Evidence) CallersOn(h *outbound.Host, port int32) []Caller {
	if !e.KnowsPorts() {
		return e.Callers(h)
	}
	return e.byPort[hostPort{h.Peer(), port}]
}

// OfPort is what was seen of the calls of one client to one port of a host; whichever port
// unless KnowsPorts.
func (e *Evidence) OfPort(client resolve.Peer, h *outbound.Host, port int32) Sightings {
	return seenOf(e.CallersOn(h, port), client)
}
