package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Traffic is what was observed of calls over some time, by whatever saw them. It is
// evidence that a call was made; that none was seen is evidence only where nothing
// is missing. The zero Traffic has seen nothing, for no time.
type Traffic struct {
	// Source names what observed: "Prometheus https://prometheus:9090", a file.
	Source string
	// From and To are the time that was asked about.
	From, To time.Time
	// Edges are sorted, each pair, protocol and security once.
	Edges []Edge
	// Missing says what keeps the record from being whole: "no Istio metrics before
	// 2026-11-20T00:00Z". With any, nobody may conclude from what was not seen.
	Missing []string
}

// Edge is calls from one workload to one workload through one service, alike in
// protocol and security, as the server's side saw them. A Peer that telemetry could
// not name is zero.
type Edge struct {
	Client, Server Peer
	// Service is the one that was called by name, zero for an address.
	Service  Peer
	Protocol Wire
	Security Security
	// Count is how many requests, or connections of TCP, were seen; it is counted by
	// differences of counters, so that it need not be whole.
	Count float64
	// LastSeen is a time at or after the last of them, as near as the source tells.
	LastSeen time.Time
}

// Peer names a workload or service as telemetry does: without a kind.
type Peer struct{ Namespace, Name string }

// String is "name.namespace", "unknown" for nobody.
func (p Peer) String() string {
	if p == (Peer{}) {
		return "unknown"
	}
	return p.Name + "." + p.Namespace
}

// Wire is what kind of calls was counted: "http", "grpc" or "tcp".
type Wire string

// Security is how a connection was secured as the server saw it. The zero value is
// SecurityUnknown.
type Security uint8

const (
	// SecurityUnknown: telemetry does not say.
	SecurityUnknown Security = iota
	// SecurityMTLS: mutual TLS of the mesh.
	SecurityMTLS
	// SecurityPlaintext: none, or TLS that no proxy opened.
	SecurityPlaintext
)

// securityWords are Istio's, of the label connection_security_policy.
var securityWords = [...]string{"unknown", "mutual_tls", "none"}

// String is Istio's word for it.
func (s Security) String() string {
	if int(s) < len(securityWords) {
		return securityWords[s]
	}
	return fmt.Sprintf("Security(%d)", uint8(s))
}

// MarshalText writes the word of String.
func (s Security) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Security) UnmarshalText(b []byte) error {
	i := slices.Index(securityWords[:], string(b))
	if i < 0 {
		return fmt.Errorf("unknown security %q: one of %v", b, securityWords)
	}
	*s = Security(i)
	return nil
}

// Compare orders edges by their ends, protocol and security.
func (e Edge) Compare(o Edge) int {
	return cmp.Or(e.Client.compare(o.Client), e.Server.compare(o.Server), e.Service.compare(o.Service),
		cmp.Compare(e.Protocol, o.Protocol), cmp.Compare(e.Security, o.Security))
}

func (p Peer) compare(o Peer) int {
	return cmp.Or(cmp.Compare(p.Namespace, o.Namespace), cmp.Compare(p.Name, o.Name))
}

// Normalize sorts the edges and puts those together that differ only in count and
// time.
func (t *Traffic) Normalize() {
	slices.SortStableFunc(t.Edges, Edge.Compare)
	kept := t.Edges[:0]
	for _, e := range t.Edges {
		last := len(kept) - 1
		if last < 0 || kept[last].Compare(e) != 0 {
			kept = append(kept, e)
			continue
		}
		kept[last].Count += e.Count
		if e.LastSeen.After(kept[last].LastSeen) {
			kept[last].LastSeen = e.LastSeen
		}
	}
	t.Edges = kept
}
