package outbound

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// Trace is what was looked at while the calls of one workload to one port of a host were
// decided, in the order in which Istio decides. The decision writes it down; nothing is
// decided again.
type Trace struct {
	Client *inbound.Workload
	Host   *Host
	Port   *HostPort
	Subset string
	Steps  []TraceStep
	// Routed is where a VirtualService sends all of it instead, nil for nowhere.
	Routed *Routed
	// Split is where routes lead calls otherwise, nil where they lead none.
	Split *Split
	// Connections are what it comes to, by endpoint.
	Connections []Connection
}

// TraceStep is one step: what was looked at, in order, and what follows.
type TraceStep struct {
	// Topic is one word: scope, route, onward, rule, tls, gates, sends, waypoint, server, result, fix.
	Topic  string
	Points []TracePoint
}

// TracePoint is one thing that was looked at, and what was found.
type TracePoint struct {
	Why resolve.Reason
	// Origin and Field are where it is written; see Position.
	Origin resolve.Origin
	Field  resolve.Field
}

// Position is where the point's object says it, zero when nothing is written.
func (p TracePoint) Position() resolve.Position { return p.Origin.At(p.Field) }

// Trace decides a call and keeps what was looked at. It answers for hosts that the client's
// scope hides and for clients without a proxy too; nil for a workload that calls nobody.
func (side *Side) Trace(w *inbound.Workload, h *Host, port *HostPort, subset string) *Trace {
	class := side.ClassOf(w)
	if class == nil {
		return nil
	}
	t := &tracer{Trace: Trace{Client: w, Host: h, Port: port, Subset: subset}}
	found := side.RuleIndexes[class.Revision].Places(class.Namespace, h.Namespace).Find(h.Name, &t.looked)
	c := &Call{Side: side, Class: class, Host: h, Port: port, Subset: subset, Rule: class.Chosen(found), found: found, trace: t}
	if class.traits().unscoped {
		c.Rule = side.ruleBehind(class, h)
	}
	c.decide()
	t.Connections = c.Connections()
	c.traceEndpoints()
	c.traceWaypoint()
	c.traceServer()
	c.traceResult()
	return &t.Trace
}

// tracer writes a Trace down. The nil tracer writes nothing: most calls are not traced, and
// what only a trace needs is not worked out for them.
type tracer struct {
	Trace
	// looked are the places where a rule was looked for.
	looked []LookUp
}

func (t *tracer) step(topic string) {
	if t != nil {
		t.Steps = append(t.Steps, TraceStep{Topic: topic})
	}
}

// note adds a point to the last step.
func (t *tracer) note(at resolve.Place, why resolve.Reason) {
	if t == nil {
		return
	}
	s := &t.Steps[len(t.Steps)-1]
	s.Points = append(s.Points, TracePoint{why, at.Origin, at.Field})
}

// nowhere is the place of what no object says.
var nowhere resolve.Place
