package outbound

import (
	"cmp"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// istioWaypointClass is the class of Istio's own waypoints, istioClass that of its gateways.
const (
	istioWaypointClass = resolve.WaypointClass
	istioClass         = "istio"
)

// labelsField is where labels are written.
const labelsField = resolve.Field("metadata.labels")

// Leg is a part of a call that a waypoint forwards: from the client to the waypoint, or from
// there to the endpoint.
type Leg struct {
	// From and To name the waypoint where the leg begins, or ends, there; zero for the client and the
	// endpoint.
	From, To resolve.Ref
	// Account is the service account of the waypoint where the leg begins, "" for the client's.
	Account string
	Sends   resolve.Sending
	// Serves is the decision of the port at which the leg ends.
	Serves  resolve.Decision
	Outcome resolve.Outcome
}

// Arrives is what comes to the endpoint: what the client sends, or the waypoint that forwards it.
func (c *Connection) Arrives() *resolve.Sending {
	if n := len(c.Legs); n > 0 {
		return &c.Legs[n-1].Sends
	}
	return &c.Sends
}

// via is the waypoint through which a call to an endpoint goes, nil for none: that of the host
// where its address is called, else that of the pod (2D.5).
func (c *Call) via(e *Endpoint) *config.Binding {
	if c.waypoint != nil || c.Class.Dataplane != resolve.DataplaneAmbient || !c.Host.Passthrough || !c.Host.Kubernetes || e.Workload == nil || e.Address != "" {
		return c.waypoint
	}
	return c.Side.waypointOf(e.Workload)
}

// waypointOf is the binding of a pod, or of a machine.
func (side *Side) waypointOf(w *inbound.Workload) *config.Binding {
	at := labelsField
	if w.Ref.Kind.MakesPods() {
		at = "spec.template.metadata.labels"
	}
	return side.In.Waypoints.OfWorkload(config.Bindable{Ref: w.Ref, Origin: w.Origin, Labels: w.Labels, At: at})
}

// bound is a call to something that is bound to a waypoint, or would be if the input could tell
// that there is one: then it is known where both ways end alike.
func (c *Call) bound(con Connection, b *config.Binding, e *Endpoint, protocol resolve.Protocol) Connection {
	if b.Bound() {
		return c.throughWaypoint(con, b, e)
	}
	con.Outcome = c.outcome(&con.Sends, e, &con.Serves, protocol)
	if !b.Unsure {
		con.Sends.Why = resolve.Because(resolve.CausePastWaypoint, resolve.Details{Base: con.Sends.Why, Beside: b.Void})
		return con
	}
	through, unsure := c.throughWaypoint(con, b.If(istioWaypointClass), e), resolve.Because(resolve.CauseToWaypointUnsure, resolve.Details{Base: b.Void})
	if con.Sends.TLS != resolve.SendsHBONE {
		con.Sends = resolve.Sending{TLS: resolve.SendsUnknown, Why: unsure}
	}
	if con.Outcome.Verdict != through.Outcome.Verdict {
		con.Outcome = resolve.Outcome{Why: unsure}
	}
	return con
}

// throughWaypoint is the call by way of a waypoint: two legs, and the verdict of the worse.
func (c *Call) throughWaypoint(con Connection, b *config.Binding, e *Endpoint) Connection {
	first := Leg{To: b.Waypoint.Ref, Sends: c.toWaypoint(b)}
	first.Serves = resolve.Decision{Mode: resolve.Strict, Scope: resolve.ScopeDataplane, Why: resolve.Reason{Cause: resolve.CauseWaypointTunnel}}
	first.Outcome = c.atWaypoint(b.Waypoint)
	second := Leg{From: b.Waypoint.Ref, Account: b.Waypoint.Account, Serves: con.Serves}
	next := c.Side.fromWaypoint(c, b.Waypoint)
	if c.waypoint == nil {
		second.Sends, second.Outcome = next.toPod(e)
	} else {
		second.Sends = next.to(e)
		second.Outcome = next.onward(&second, e)
	}
	con.Legs, con.Sends, con.Outcome = []Leg{first, second}, first.Sends, first.Outcome
	if second.Outcome.Verdict.Compare(first.Outcome.Verdict) < 0 || first.Outcome.Verdict == resolve.VerdictMTLS {
		con.Outcome = second.Outcome
		con.Outcome.Why = resolve.Because(resolve.CauseBehindWaypoint, resolve.Details{By: b.Waypoint.Ref, Base: second.Outcome.Why})
	}
	if next.Rule != nil && c.waypoint != nil {
		con.Rule = next.Rule.first
	}
	return con
}

// onward is what becomes of what a waypoint sends to an endpoint of a Service.
func (c *Call) onward(l *Leg, e *Endpoint) resolve.Outcome {
	protocol := c.Port.Protocol
	if e.Workload != nil {
		_, protocol = e.Workload.Serves(e.Port)
	}
	o := c.outcome(&l.Sends, e, &l.Serves, protocol)
	if l.Sends.TLS == resolve.SendsNothing || l.Sends.Why.Cause == resolve.CauseWaypointDisplaced {
		o.Why = l.Sends.Why
	}
	return o
}

// toPod is what a waypoint sends to a pod that was called by its own address: HBONE, whether or
// not that accepts it, and no rule is read (2D.7).
func (c *Call) toPod(e *Endpoint) (resolve.Sending, resolve.Outcome) {
	s := resolve.Sending{TLS: resolve.SendsHBONE, Why: resolve.Reason{Cause: resolve.CauseWaypointToPod}}
	switch {
	case e.ztunnelTunnels():
		return s, c.tunnelOutcome(&s, e)
	case e.Workload.Membership.Dataplane == resolve.DataplaneUnknown && !inbound.IsMachine(e.Workload.Ref.Kind):
		return s, resolve.Outcome{Why: resolve.Because(resolve.CauseServerUnknown, resolve.Details{TLS: s.TLS})}
	}
	why := resolve.Because(resolve.CauseTunnelRefused, resolve.Details{Name: e.String()})
	return s, resolve.Outcome{Verdict: resolve.VerdictBroken, Why: why, Symptom: c.symptom(resolve.SymptomRefused, e, c.Port.Protocol)}
}

// toWaypoint is what the client sends: HBONE, whatever rules say; what a gateway's rule adds
// goes inside (3.6.7).
func (c *Call) toWaypoint(b *config.Binding) resolve.Sending {
	why := resolve.Because(resolve.CauseToWaypoint, resolve.Details{By: b.Holder, Other: b.Waypoint.Ref})
	if b.Waypoint.Assumed {
		why.Cause = resolve.CauseToWaypointAssumed
	}
	s := resolve.Sending{TLS: resolve.SendsHBONE, Waypoint: b.Waypoint.Ref, Why: why}
	if w := cmp.Or(c.EveryEndpoint, c.Gate); w != nil && (w.TLS == resolve.SendsSimple || w.TLS == resolve.SendsMutual) {
		s.Inside, s.By, s.Field, s.Origin = w.TLS, w.By, w.Field, w.Origin
	}
	return s
}

// atWaypoint is what becomes of HBONE at the waypoint itself: an Istio waypoint takes it.
func (c *Call) atWaypoint(p *config.Waypoint) resolve.Outcome {
	is := resolve.Details{By: p.Ref, Text: p.Class}
	switch p.Class {
	case istioWaypointClass:
		return resolve.Judge(resolve.SendsHBONE, resolve.Strict, c.Port.Protocol)
	case istioClass:
		return resolve.Outcome{Verdict: resolve.VerdictBroken, Why: resolve.Because(resolve.CauseWaypointDeaf, is), Symptom: resolve.Symptom{Kind: resolve.SymptomRefused, Signal: resolve.SignalEnd}}
	}
	return resolve.Outcome{Verdict: resolve.VerdictUnknown, Why: resolve.Because(resolve.CauseWaypointForeign, is)}
}

// fromWaypoint is the call as the waypoint goes on with it: with the rule that counts for
// proxies of its namespace; a rule with a workloadSelector is for clients only (2D.7).
func (side *Side) fromWaypoint(c *Call, p *config.Waypoint) *Call {
	class := &ClientClass{Namespace: p.Ref.Namespace, Dataplane: resolve.DataplaneWaypoint, Revision: side.revisionOf(p), plane: side.In.Control.Of(side.revisionOf(p)), scope: &scope{}}
	next := &Call{Side: side, Class: class, Host: c.Host, Port: c.Port, Subset: c.Subset, Rule: side.ruleAtWaypoint(p, c.Host)}
	next.decide()
	return next
}

// ruleAtWaypoint is the merged DestinationRule that counts for a host behind a waypoint.
func (side *Side) ruleAtWaypoint(p *config.Waypoint, h *Host) *MergedRule {
	if !h.VisibleTo(p.Ref.Namespace) {
		return nil
	}
	revision := side.revisionOf(p)
	index := side.RuleIndexes[revision]
	if index == nil {
		index = side.Derived(rulesOfRevision(revision), func(side *Side) any {
			return NewRuleIndex(side.rules, revision, side.In.Control.Of(revision))
		}).(*RuleIndex)
	}
	var last *MergedRule
	for _, r := range index.Places(p.Ref.Namespace, h.Namespace).Find(h.Name, nil) {
		if !r.first.HasSelector {
			last = r
		}
	}
	return last
}

// ruleBehind is the rule by whose subsets calls of ambient clients to a host are told apart:
// only a waypoint reads any.
func (side *Side) ruleBehind(class *ClientClass, h *Host) *MergedRule {
	if !h.Waypoint.Bound() || !h.hasAddress(class.plane) || !class.Proxied() {
		return nil
	}
	return side.ruleAtWaypoint(h.Waypoint.Waypoint, h)
}

// rulesOfRevision is the key of the rules that only waypoints of a revision go by.
type rulesOfRevision string

// revisionOf is the control plane of a waypoint's pods.
func (side *Side) revisionOf(p *config.Waypoint) string {
	if x := side.In.Spaces[p.Ref.Namespace]; x != nil {
		for _, w := range x.Workloads {
			if w.Labels[resolve.GatewayNameLabel] == p.Ref.Name {
				return cmp.Or(w.Membership.Revision, resolve.DefaultRevision)
			}
		}
	}
	return resolve.DefaultRevision
}
