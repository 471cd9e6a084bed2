package resolve

import (
	"fmt"
	"slices"
)

// Derivation is the argument about one call of one workload to one port of a
// host, in the order in which Istio decides.
type Derivation struct {
	Client *Workload
	Host   *Host
	Port   *HostPort
	Subset string
	Steps  []DerivationStep
	// Routed is where a VirtualService sends all of it instead, nil for nowhere.
	Routed *Routed
	// Connections are what it comes to, by endpoint.
	Connections []Connection
}

// DerivationStep is one step: what was looked at, in order, and what follows.
type DerivationStep struct {
	// Topic is one word: scope, route, rule, tls, gates, sends, server, result, fix.
	Topic  string
	Points []DerivationPoint
}

// DerivationPoint is one sentence of a step.
type DerivationPoint struct {
	Text string
	// Rule is the number of the rule that it rests on, "" for a plain fact.
	Rule string
	// Origin and Field are where it is written; see Position.
	Origin Origin
	Field  Field
}

// Position is where the point's object says it, zero when nothing is written.
func (p DerivationPoint) Position() Position { return p.Origin.At(p.Field) }

// Derive argues a call. It answers for hosts that the client's scope hides and
// for clients without a proxy too; nil for a workload that calls nobody.
func (m *Mesh) Derive(w *Workload, h *Host, port *HostPort, subset string) *Derivation {
	m.linkClients()
	i := slices.IndexFunc(m.clients, func(c *ClientClass) bool { return slices.Contains(c.Workloads, w) })
	if i < 0 {
		return nil
	}
	class := m.clients[i]
	m = class.home
	d := &deriver{
		Derivation: &Derivation{Client: w, Host: h, Port: port, Subset: subset},
		call:       m.prepare(class, h, port, subset, m.ruleFor(class, h)),
	}
	d.call.each(func(c Connection) bool {
		d.Connections = append(d.Connections, c)
		return true
	})
	d.scope()
	if !d.past {
		d.route()
		d.rule()
		d.tls()
		d.gates()
	}
	d.endpoints()
	d.server()
	d.result()
	return d.Derivation
}

// deriver writes a Derivation down while it walks a call again, slowly.
type deriver struct {
	*Derivation
	*call
}

func (d *deriver) step(topic string) {
	d.Steps = append(d.Steps, DerivationStep{Topic: topic})
}

// say adds a point to the last step.
func (d *deriver) say(at place, rule, format string, args ...any) {
	s := &d.Steps[len(d.Steps)-1]
	s.Points = append(s.Points, DerivationPoint{fmt.Sprintf(format, args...), rule, at.origin, at.field})
}

// nowhere is the place of what no object says.
var nowhere place
