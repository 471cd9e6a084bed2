package diff

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// place is what is called: a port of a host, and a subset of it.
type place struct {
	port   int32
	subset string
}

func placeOf(con *outbound.Connection) place { return place{con.Port.Number, con.Subset} }

// server names an endpoint in either mesh; the zero server is none at all.
type server struct {
	ref     resolve.Ref
	cluster string
	address string
	port    int32
}

func serverOf(con *outbound.Connection) server {
	switch e := con.Server; {
	case e == nil:
		return server{}
	case e.Workload == nil:
		return server{address: e.Address, port: e.Port}
	default:
		return server{ref: e.Workload.Ref, cluster: e.Workload.Cluster, port: e.Port}
	}
}

// comparePort compares endpoint by endpoint. One that is new is held against the
// worst that a call could meet before: a call is as safe as where it may end.
func (c *comparison) comparePort(was, is []*outbound.Connection) []CallChange {
	if !was[0].Known() && !is[0].Known() || is[0].Known() && !is[0].Called() {
		return nil
	}
	before := map[server]*outbound.Connection{}
	for _, con := range was {
		at := serverOf(con)
		before[at] = worse(before[at], con)
	}
	after := map[server]*outbound.Connection{}
	var order []server
	for _, con := range is {
		at := serverOf(con)
		if after[at] == nil {
			order = append(order, at)
		}
		after[at] = worse(after[at], con)
	}
	var list []CallChange
	for _, at := range order {
		from := before[at]
		if from == nil {
			from = worst(was)
		}
		list = c.compareCall(list, from, after[at])
	}
	return list
}

func (c *comparison) compareCall(list []CallChange, was, is *outbound.Connection) []CallChange {
	if was.Server == nil && was.Outcome.Verdict == resolve.VerdictUnknown { // nobody was there
		if is.Outcome.Verdict == resolve.VerdictBroken {
			list = c.note(list, effect.Breaks, nil, is)
		}
		return list
	}
	if e, changed := effect.OfVerdicts(was.Outcome.Verdict, is.Outcome.Verdict); changed {
		list = c.note(list, e, was, is)
	}
	return list
}

func worse(a, b *outbound.Connection) *outbound.Connection {
	if a == nil || b.Outcome.Verdict.Compare(a.Outcome.Verdict) < 0 {
		return b
	}
	return a
}

func worst(list []*outbound.Connection) *outbound.Connection {
	return slices.MinFunc(list, func(a, b *outbound.Connection) int { return a.Outcome.Verdict.Compare(b.Outcome.Verdict) })
}

// without is a place that the head no longer has: the host or the port went, which is
// said, or a subset of it did, which breaks the calls that are still led there.
func (c *comparison) without(at place, was []*outbound.Connection) []CallChange {
	con := was[0]
	if !con.Known() {
		return nil
	}
	x := CallChange{Effect: effect.Gone, Host: con.Host, Port: at.port, Subset: at.subset, Was: worst(was)}
	if at.subset != "" {
		routes := c.head.RoutedBy(con.Host.Name, at.subset)
		if len(routes) == 0 || !c.leads(con.Host.Name, at.subset) {
			return nil
		}
		x.Effect = effect.Breaks
		cause, _ := c.blame(senders(con), nil, routes[0].String()+" still routes to subset "+at.subset+", which no DestinationRule defines")
		x.Cause = cause
		return []CallChange{x}
	}
	words := ""
	if con.Host.Ref.Kind == resolve.KindServiceEntry {
		x.Effect, words = c.outside(x.Was)
	}
	x.Cause, _ = c.blame(surroundings(con), nil, words)
	return []CallChange{x}
}

// outside is what becomes of a call whose ServiceEntry is gone: the name is still
// somebody's, and the client's proxy passes on what the application sends, or refuses
// it (3.1.3).
func (c *comparison) outside(was *outbound.Connection) (e effect.Effect, words string) {
	switch {
	case was.Outcome.Verdict == resolve.VerdictBroken || !c.asking.Is.Proxied():
		return effect.Gone, ""
	case c.asking.Is.RegistryOnly():
		return effect.Breaks, "REGISTRY_ONLY refuses hosts that are not in the mesh"
	case was.Sends.TLS == resolve.SendsSimple || was.Sends.TLS == resolve.SendsMutual || was.Sends.TLS == resolve.SendsIstioMutual:
		return effect.Weaker, "the proxy no longer adds TLS: the application's bytes are passed through unchanged"
	}
	return effect.Gone, ""
}
