package traffic

import (
	"time"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// logbook counts what lines of access logs tell: not more than there are different
// calls, however long the logs.
type logbook struct {
	inbound, outbound sightings[evidence.Edge]
	failures          sightings[evidence.Failure]
	reporters         map[resolve.Peer]bool
	from, to          time.Time
	lines             Lines
	// arrived is true when any server's side told of a call.
	arrived bool
}

// sightings count things that are equal, and keep the time of the last.
type sightings[T comparable] map[T]evidence.Sight

func (s sightings[T]) add(what T, at time.Time) {
	seen := s[what]
	seen.Count++
	if at.After(seen.Last) {
		seen.Last = at
	}
	s[what] = seen
}

func newLogbook() *logbook {
	return &logbook{inbound: sightings[evidence.Edge]{}, outbound: sightings[evidence.Edge]{}, failures: sightings[evidence.Failure]{}, reporters: map[resolve.Peer]bool{}}
}

// reports notes whose log this is: the pod where the log says it, else an address of its.
func (b *logbook) reports(reporters ...resolve.Peer) {
	best := resolve.Peer{}
	for _, r := range reporters {
		if best.Pod == "" && r != (resolve.Peer{}) {
			best = r
		}
		if r.Pod != "" {
			best = resolve.Peer{Namespace: r.Namespace, Pod: r.Pod}
		}
	}
	if best != (resolve.Peer{}) {
		b.reporters[best] = true
	}
}

// spans makes the record as long as its lines.
func (b *logbook) spans(at time.Time) {
	if b.from.IsZero() || at.Before(b.from) {
		b.from = at
	}
	if at.After(b.to) {
		b.to = at
	}
}

// ends tell calls apart as far as both sides' logs agree on them.
type ends struct {
	client, server string
	port           int32
}

func endsOf(e evidence.Edge) ends { return ends{e.Client.Address, e.Server.Address, e.Port} }

// traffic is what was counted. What a client's log tells of calls between two of which
// the server's log tells too is left out: it would count twice, and knows less.
func (b *logbook) traffic() *evidence.Traffic {
	t := &evidence.Traffic{From: b.from.Truncate(time.Second), To: upToSecond(b.to), Reporters: []resolve.Peer{}}
	told := map[ends]bool{}
	for e, seen := range b.inbound {
		told[endsOf(e)] = true
		t.Edges = append(t.Edges, edgeSeen(e, seen))
	}
	for e, seen := range b.outbound {
		if !told[endsOf(e)] {
			t.Edges = append(t.Edges, edgeSeen(e, seen))
		}
	}
	for f, seen := range b.failures {
		f.Count, f.LastSeen = seen.Count, upToSecond(seen.Last)
		t.Failures = append(t.Failures, f)
	}
	for r := range b.reporters {
		t.Reporters = append(t.Reporters, r)
	}
	if !b.arrived {
		t.Missing = []string{"no line is of an inbound call: these may be logs of clients only, or a Telemetry excludes those of servers"}
	}
	t.Normalize()
	return t
}

func edgeSeen(e evidence.Edge, seen evidence.Sight) evidence.Edge {
	e.Count, e.LastSeen = seen.Count, upToSecond(seen.Last)
	return e
}

// upToSecond is the next whole second: a record in CSV has no parts of it, and says a
// time at or after.
func upToSecond(t time.Time) time.Time {
	if whole := t.Truncate(time.Second); whole.Before(t) {
		return whole.Add(time.Second)
	}
	return t
}
