package resolve

import (
	"slices"
	"time"
)

// Evidence looks up who was seen calling whom. A nil Evidence has seen nothing and
// proves nothing.
type Evidence struct {
	traffic *Traffic
	// byHost are the callers of a service, sorted.
	byHost map[Peer][]Caller
	// arrivals are what was seen at a server.
	arrivals map[Peer][]Arrival
}

// Caller is a client that was seen, zero where telemetry could not name it, and what
// was seen of its calls to one host.
type Caller struct {
	Client Peer
	Seen
}

// Seen is what was seen of some calls, by how they were secured.
type Seen struct{ MTLS, Plaintext, Unknown Sight }

// Sight is how often something was seen, and a time at or after the last of it. The
// zero Sight is never.
type Sight struct {
	Count float64
	Last  time.Time
}

// NewEvidence indexes a record, which must be normalized.
func NewEvidence(t *Traffic) *Evidence {
	e := &Evidence{traffic: t, byHost: map[Peer][]Caller{}, arrivals: arrivalsOf(t)}
	for _, edge := range t.Edges { // sorted by client
		callers := e.byHost[edge.Service]
		if last := len(callers) - 1; last < 0 || callers[last].Client != edge.Client {
			callers = append(callers, Caller{Client: edge.Client})
		}
		callers[len(callers)-1].of(edge.Security).add(Sight{edge.Count, edge.LastSeen})
		e.byHost[edge.Service] = callers
	}
	return e
}

// Traffic is the record that was indexed.
func (e *Evidence) Traffic() *Traffic { return e.traffic }

// Whole reports that what was not seen did not happen, as far as servers with a proxy
// report it.
func (e *Evidence) Whole() bool { return e != nil && len(e.traffic.Missing) == 0 }

// Callers are the clients that were seen calling a host, sorted.
func (e *Evidence) Callers(h *Host) []Caller {
	if e == nil {
		return nil
	}
	return e.byHost[h.Peer()]
}

// Of is what was seen of the calls of one client to a host, whichever port.
func (e *Evidence) Of(client Peer, h *Host) Seen {
	callers := e.Callers(h)
	if i, found := slices.BinarySearchFunc(callers, client, func(c Caller, p Peer) int { return c.Client.compare(p) }); found {
		return callers[i].Seen
	}
	return Seen{}
}

// Peer is the host as telemetry names it.
func (h *Host) Peer() Peer {
	if h.kubernetes {
		return Peer{h.Ref.Namespace, h.Ref.Name}
	}
	return Peer{h.Namespace, h.Name}
}

// Peer is the workload as telemetry names it.
func (w *Workload) Peer() Peer { return Peer{w.Ref.Namespace, w.Ref.Name} }

// Add puts sightings together.
func (s *Seen) Add(o Seen) {
	s.MTLS.add(o.MTLS)
	s.Plaintext.add(o.Plaintext)
	s.Unknown.add(o.Unknown)
}

func (s *Seen) of(how Security) *Sight {
	switch how {
	case SecurityMTLS:
		return &s.MTLS
	case SecurityPlaintext:
		return &s.Plaintext
	}
	return &s.Unknown
}

func (s *Sight) add(o Sight) {
	s.Count += o.Count
	if o.Last.After(s.Last) {
		s.Last = o.Last
	}
}

// IsZero reports that nothing was seen.
func (s Seen) IsZero() bool { return s.MTLS.IsZero() && s.Plaintext.IsZero() && s.Unknown.IsZero() }

// IsZero reports that it was never seen.
func (s Sight) IsZero() bool { return s.Count == 0 && s.Last.IsZero() }
