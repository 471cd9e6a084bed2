package evidence

import (
	"cmp"
	"slices"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Traffic is what was observed of calls over some time, by whatever saw them. It is
// evidence that a call was made; that none was seen is evidence only where nothing
// is missing. The zero Traffic has seen nothing, for no time.
type Traffic struct {
	// Source names what observed: "Prometheus https://prometheus:9090", a file.
	Source string
	// From and To are the time that was asked about.
	From, To time.Time
	// Edges are sorted, each pair, port, protocol and security once.
	Edges []Edge
	// Failures are calls that came to nothing for want of a common security, sorted.
	Failures []Failure
	// HandshakesCollected is true where somebody counted TLS handshakes that failed, so
	// that no Failure means that none did.
	HandshakesCollected bool
	// Reporters are those whose word this is, sorted, where it is the word of some only:
	// the pods whose access logs were read. nil is every server that has a proxy.
	Reporters []resolve.Peer
	// Missing says what keeps the record from being whole: "no Istio metrics before
	// 2026-11-20T00:00Z". With any, nobody may conclude from what was not seen.
	Missing []string
}

// Edge is calls from one workload to one workload through one service, alike in
// protocol and security, as the server's side saw them. A Peer that telemetry could
// not name is zero.
type Edge struct {
	Client, Server resolve.Peer
	// Service is the one that was called by name, zero for an address.
	Service resolve.Peer
	// ServicePort is the port by which the service was called, Port the one on which the
	// server listens, 0 where the source does not say: metrics never do.
	ServicePort, Port int32
	Protocol          Wire
	Security          resolve.Security
	// Count is how many requests, or connections of TCP, were seen; it is counted by
	// differences of counters, so that it need not be whole.
	Count float64
	// LastSeen is a time at or after the last of them, as near as the source tells.
	LastSeen time.Time
}

// Wire is what kind of calls was counted: "http", "grpc" or "tcp".
type Wire string

// Compare orders edges by their ends, protocol and security.
func (e Edge) Compare(o Edge) int {
	return cmp.Or(e.Client.Compare(o.Client), e.Server.Compare(o.Server), e.Service.Compare(o.Service),
		cmp.Compare(e.ServicePort, o.ServicePort), cmp.Compare(e.Port, o.Port), cmp.Compare(e.Protocol, o.Protocol), cmp.Compare(e.Security, o.Security))
}

// Normalize sorts, and puts those together that differ only in count and time.
func (t *Traffic) Normalize() {
	t.Edges = putTogether(t.Edges, Edge.Compare, func(into *Edge, e Edge) {
		into.Count, into.LastSeen = into.Count+e.Count, latest(into.LastSeen, e.LastSeen)
	})
	t.Failures = putTogether(t.Failures, Failure.Compare, func(into *Failure, f Failure) {
		into.Count, into.LastSeen = into.Count+f.Count, latest(into.LastSeen, f.LastSeen)
	})
	slices.SortFunc(t.Reporters, resolve.Peer.Compare)
	t.Reporters = slices.Compact(t.Reporters)
}

// putTogether sorts a list and adds to the first of equals the others. It writes into list.
func putTogether[T any](list []T, compare func(a, b T) int, add func(into *T, one T)) []T {
	slices.SortStableFunc(list, compare)
	kept := list[:0]
	for _, one := range list {
		if last := len(kept) - 1; last >= 0 && compare(kept[last], one) == 0 {
			add(&kept[last], one)
			continue
		}
		kept = append(kept, one)
	}
	return kept
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
