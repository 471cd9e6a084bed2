package evidence

import (
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Evidence looks up who was seen calling whom. A nil Evidence has seen nothing and
// proves nothing.
type Evidence struct {
	traffic *Traffic
	// byHost are the callers of a service, sorted.
	byHost map[resolve.Peer][]Caller
	// arrivals are what was seen at a server, sorted by client.
	arrivals map[resolve.Peer][]Arrival
	// byPort are those of one port of it; anyPort is true where nobody knows that of some
	// call.
	byPort   map[hostPort][]Caller
	anyPort  bool
	failures []Failure
	// failed are the failures of calls to a service, sorted.
	failed map[resolve.Peer][]Failure
	// covered are workloads of which each pod is among the reporters.
	covered map[resolve.Peer]bool
}

// Caller is a client that was seen, zero where telemetry could not name it, and what
// was seen of its calls to one host.
type Caller struct {
	Client resolve.Peer
	Sightings
}

// Sightings is what was seen of some calls, by how they were secured.
type Sightings struct{ MTLS, Plaintext, Unknown Sight }

// Sight is how often something was seen, and a time at or after the last of it. The
// zero Sight is never.
type Sight struct {
	Count float64
	Last  time.Time
}

// New indexes a record, which must be normalized, under the names that the mesh
// gives to those whom the record knows by a pod, an address or a service account; a nil
// Mesh gives none. What it cannot name stays as it is.
func New(t *Traffic, m *mesh.Mesh) *Evidence {
	book := newAddressBook(m)
	known := book.named(t, m)
	e := &Evidence{
		traffic: t, byHost: map[resolve.Peer][]Caller{}, byPort: map[hostPort][]Caller{}, arrivals: arrivalsOf(known.Edges),
		failures: known.Failures, failed: map[resolve.Peer][]Failure{}, covered: withoutFiltered(m, book.covered(t)),
	}
	for _, edge := range known.Edges { // sorted by client
		called := resolve.Peer{}
		for i, s := range book.called(edge) { // sorted by service
			on := hostPort{s.Peer(), s.Port}
			e.anyPort = e.anyPort || s.Port == 0
			e.byPort[on] = seenBy(e.byPort[on], edge)
			if i == 0 || on.service != called {
				e.byHost[on.service] = seenBy(e.byHost[on.service], edge)
			}
			called = on.service
		}
	}
	for _, f := range known.Failures {
		for _, service := range book.failedAt(f) {
			e.failed[service] = append(e.failed[service], f)
		}
	}
	return e
}

// Traffic is the record that was indexed, as it was.
func (e *Evidence) Traffic() *Traffic { return e.traffic }

// Failures are those of the record, named and sorted.
func (e *Evidence) Failures() []Failure {
	if e == nil {
		return nil
	}
	return e.failures
}

// FailuresTo are the failures of calls to a host, sorted: those that were to the host, and
// those that its servers report without saying by which name they were called.
func (e *Evidence) FailuresTo(h *outbound.Host) []Failure {
	if e == nil {
		return nil
	}
	return e.failed[h.Peer()]
}

// Complete reports that what was not seen did not happen, as far as servers with a proxy
// report it: all of them, or those that Covers.
func (e *Evidence) Complete() bool { return e != nil && len(e.traffic.Missing) == 0 }

// Covers reports that calls to a workload that were not seen did not happen: the record
// is whole, and each pod of the workload reported, with no Telemetry that keeps calls out of
// its log.
func (e *Evidence) Covers(w *inbound.Workload) bool {
	return e.Complete() && (e.traffic.Reporters == nil || e.covered[w.Peer()])
}

// Add puts sightings together.
func (s *Sightings) Add(o Sightings) {
	s.MTLS.add(o.MTLS)
	s.Plaintext.add(o.Plaintext)
	s.Unknown.add(o.Unknown)
}

func (s *Sightings) of(how resolve.Security) *Sight {
	switch how {
	case resolve.SecurityMTLS:
		return &s.MTLS
	case resolve.SecurityPlaintext:
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
func (s Sightings) IsZero() bool {
	return s.MTLS.IsZero() && s.Plaintext.IsZero() && s.Unknown.IsZero()
}

// IsZero reports that it was never seen.
func (s Sight) IsZero() bool { return s.Count == 0 && s.Last.IsZero() }
