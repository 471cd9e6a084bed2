package graph

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Graph is nodes and the edges between them, both in an order that depends on nothing but them.
type Graph struct {
	Nodes []*Node
	Edges []*Edge
	// Bases are the bases of edges that were asked for, or are there, weakest first.
	Bases []Basis
	// Collapsed are the groups that are one node each for want of room, sorted.
	Collapsed []Group
	// Left counts edges that are left out for want of room, by verdict.
	Left map[resolve.Verdict]int
	// TooMany is true where even so there are more nodes or edges than were asked for.
	TooMany bool
}

// Kind is what a node stands for.
type Kind uint8

// The kinds of nodes.
const (
	Workload Kind = iota
	Service
	// Gateway and Waypoint are workloads that are proxies themselves.
	Gateway
	Waypoint
	// Host is called and stands for no workload of the input; Outside calls and is none.
	Host
	Outside
	// Namespace is all workloads and hosts of one.
	Namespace
)

var kindWords = [...]string{"workload", "service", "gateway", "waypoint", "host", "outside", "namespace"}

// String is the word for it.
func (k Kind) String() string { return kindWords[k] }

// Group is where a node belongs: a namespace, in a cluster where there are several. The zero
// Group is outside of all.
type Group struct{ Cluster, Namespace string }

// Node is an end of edges.
type Node struct {
	Kind Kind
	Group
	// Name is that of the workload, the Service, the host or the caller.
	Name string
	// Ref is the object, zero where there is none.
	Ref       resolve.Ref
	Dataplane resolve.Dataplane
	// Modes counts ports of the workloads that it stands for, by mode.
	Modes map[resolve.Mode]int
	// Workloads is how many it stands for, variants counted once.
	Workloads int
	// Policies are those that decide the ports, sorted.
	Policies []resolve.Ref
}

// Mode is that of the ports which needs a look first, UNSET without a port.
func (n *Node) Mode() resolve.Mode {
	for _, m := range resolve.PortModes() {
		if n.Modes[m] > 0 {
			return m
		}
	}
	return resolve.Unset
}

// Basis is what is known of calls being made.
type Basis uint8

// The bases, weakest first: a proxy would make the call, configuration speaks of it, it was seen.
const (
	Possible Basis = iota
	Declared
	Observed
)

var basisWords = [...]string{"possible", "declared", "observed"}

// String is the word for it.
func (b Basis) String() string { return basisWords[b] }

// ParseBasis reads a word of String; the error lists the words.
func ParseBasis(s string) (Basis, error) {
	for i, w := range basisWords {
		if w == s {
			return Basis(i), nil
		}
	}
	return Possible, fmt.Errorf("unknown basis %q: one of %s", s, strings.Join(basisWords[:], ", "))
}

// Edge is all calls from one node to another.
type Edge struct {
	From, To *Node
	// Calls are what the edge is made of, what needs a look first: at most mostCalls of each
	// verdict; More counts the others.
	Calls []*Call
	More  int
	// Connections counts a client workload and an endpoint each, by verdict, Denied those that
	// AuthorizationPolicies refuse.
	Connections map[resolve.Verdict]int
	Denied      int
	// Basis is the strongest of the calls.
	Basis Basis
	// Seen is what a record of traffic has of the calls.
	Seen evidence.Sightings

	kept map[resolve.Verdict]int
	seen map[sighting]bool
}

// mostCalls bounds what an edge keeps of each verdict.
const mostCalls = 20

// Verdict is that of the calls that need a look first.
func (e *Edge) Verdict() resolve.Verdict { return e.Calls[0].Verdict }

// Call is a part of an edge.
type Call struct {
	Verdict resolve.Verdict
	// Host is what is called, nil where Peers are pods that call each other by their addresses.
	Host  *outbound.Host
	Peers *calls.PeerCall
	// Part is the calls as package calls has them, nil for calls that no row has. Connection is
	// one of them, nil where nobody can tell what is sent.
	Part       *calls.Part
	Connection *outbound.Connection
	// Client is one of those who make the calls, nil for one that is no workload.
	Client *inbound.Workload
	// Says is what speaks of the calls, "" where nothing does.
	Says  string
	Basis Basis
}
