package outbound

import (
	"iter"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Connection is one kind of call and what becomes of it: clients of one class, a
// host's port and subset, one endpoint behind it.
type Connection struct {
	Client *ClientClass
	Host   *Host
	Port   *HostPort
	// Subset is the DestinationRule's subset, "" for the host as it is.
	Subset string
	// Server is the endpoint; nil when the port has none: then Outcome is unknown,
	// unless the host has none by design (ServiceEntry resolution NONE).
	Server *Endpoint
	// Serves is the decision of the server's port, the zero Decision with Mode None
	// for an address outside of the input.
	Serves  resolve.Decision
	Sends   resolve.Sending
	Outcome resolve.Outcome
	// Legs are those of a call that a waypoint forwards, nil for others: Sends is then what the
	// client sends, Serves what the endpoint serves, Outcome that of the worse leg.
	Legs []Leg
	// Lost is where a route leads the calls, to end there, "" for all other calls: Sends is then
	// SendsNothing by the VirtualService, and Server nil.
	Lost string
	// Rule is the DestinationRule that counts for the call, nil when none does.
	Rule *DestinationRule

	Call *Call
}

// Known reports whether the clients know the port, see Side.Knows.
func (c *Connection) Known() bool { return c.Call.Side.Knows(c.Client, c.Host, c.Port.Number) }

// Called reports whether clients may make the call: they know the port, and no VirtualService
// leads all calls of it elsewhere.
func (c *Connection) Called() bool {
	if !c.Known() {
		return false
	}
	_, rerouted := c.Call.Side.Rerouted(c.Client, c.Host, c.Port)
	return c.Subset != "" || c.Lost != "" || !rerouted
}

// Filter narrows Connections; nil functions let everything pass.
type Filter struct {
	Client func(*ClientClass) bool
	Host   func(*Host) bool
	// Naked also yields clients without a proxy, which send plaintext to everybody.
	Naked bool
	// Hidden also yields hosts that a Sidecar resource or exportTo hides from the
	// client: calls to them are passed through or refused.
	Hidden bool
	// Rerouted also yields ports as they are from which a VirtualService leads all calls
	// elsewhere, as the proxies have clusters for them, and no call that a route loses.
	Rerouted bool
}

// Connections yields every call that a class of clients can make, class by class,
// host by host: nothing is kept. Hosts that the clients' scope hides, and ports from which a
// VirtualService leads all calls elsewhere, are left out unless the filter asks for them. Calls that
// a route leads to nothing are calls to the host that the application named, see Connection.Lost.
func (side *Side) Connections(f Filter) iter.Seq[Connection] {
	side.linkClients()
	return func(yield func(Connection) bool) {
		for _, class := range side.clients {
			if !f.Naked && !class.Proxied() || f.Client != nil && !f.Client(class) {
				continue
			}
			for _, h := range side.hosts {
				if h.Alias != "" || f.Host != nil && !f.Host(h) {
					continue
				}
				if !side.calls(class, h, f, yield) {
					return
				}
			}
		}
	}
}

// Calls yields what becomes of the calls of one class to one host, hidden or not.
func (side *Side) Calls(class *ClientClass, h *Host) iter.Seq[Connection] {
	return func(yield func(Connection) bool) { side.calls(class, h, Filter{Hidden: true, Rerouted: true}, yield) }
}

func (side *Side) calls(class *ClientClass, h *Host, f Filter, yield func(Connection) bool) bool {
	rule := side.RuleFor(class, h)
	if class.traits().unscoped {
		rule = side.ruleBehind(class, h)
	}
	for i := range h.Ports {
		port := &h.Ports[i]
		known := side.knows(class, h, port.Number).known
		if !known && !f.Hidden {
			continue
		}
		var ways []Way
		var by *VirtualService
		if !f.Rerouted {
			ways, by = side.Ways(class, h, port)
		}
		if side.reroutes(class, h, port, ways, by) == nil && !side.Prepare(class, h, port, "", rule).each(yield) {
			return false
		}
		if !side.lostCalls(class, h, port, rule, ways, by, yield) {
			return false
		}
		if rule == nil || !known || !class.Proxied() {
			continue // without a cluster for the host there is none for its subsets
		}
		for _, s := range rule.Subsets {
			if !side.Prepare(class, h, port, s.Spec.GetName(), rule).each(yield) {
				return false
			}
		}
	}
	return true
}

// each yields the connection to every endpoint of the call.
func (c *Call) each(yield func(Connection) bool) bool {
	matched, endpoints := false, c.Port.Endpoints
	if c.special {
		endpoints = c.endpoints()
	}
	for i := range endpoints {
		e := &endpoints[i]
		if !c.inSubset(e) {
			continue
		}
		matched = true
		if !yield(c.connection(e)) {
			return false
		}
	}
	if matched {
		return true
	}
	return yield(c.toNobody())
}

// endpoints are those of the port, as the client or the waypoint in between is told.
func (c *Call) endpoints() []Endpoint {
	if c.Port.shared && !c.waypoint.Bound() && c.Class.traits().unscoped {
		return c.Port.alone
	}
	return c.Port.Endpoints
}

// toNobody is a call to a port without endpoints in the input: nobody can tell what
// becomes of it, unless the host has none by design. With resolution NONE the
// bytes go to the address that the application chose (3.4.3).
func (c *Call) toNobody() Connection {
	none := c.connection(&Endpoint{Known: true, Label: "disabled", chosen: true, Port: c.Port.Number})
	none.Server = nil
	chosen := c.Host.Passthrough && !c.Host.Kubernetes && c.Subset == "" && (c.Host.External || none.Sends.TLS == resolve.SendsPlaintext)
	if none.Sends.TLS != resolve.SendsNothing && !chosen && none.Sends.Why.Cause != resolve.CauseZtunnelTie {
		none.Outcome = resolve.Outcome{Why: c.noEndpoint()}
	}
	return none
}

// inSubset reports an endpoint that the subset of the call has. The labels of a subset choose nothing
// where the client keeps the address, and of names that a waypoint resolves, whose subsets are an
// ambient client's (2D.7).
func (c *Call) inSubset(e *Endpoint) bool {
	switch {
	case c.Subset == "", e.chosen,
		c.Host.Passthrough && c.Host.Kubernetes && c.Class.Proxied() && c.keepsAddress(),
		c.Host.resolved && (c.Class.Dataplane == resolve.DataplaneAmbient || c.Class.Dataplane == resolve.DataplaneWaypoint):
		return true
	}
	s := c.Rule.Subset(c.Subset)
	return s != nil && resolve.Selects(s.Spec.GetLabels(), e.Labels)
}

func (c *Call) connection(e *Endpoint) Connection {
	con := Connection{Client: c.Class, Host: c.Host, Port: c.Port, Subset: c.Subset, Server: e, Sends: c.across(c.to(e), e), Call: c}
	if c.Rule != nil {
		con.Rule = c.Rule.first
	}
	protocol := c.Port.Protocol
	con.Serves = resolve.Decision{Mode: resolve.None, Scope: resolve.ScopeDataplane, Why: resolve.Reason{Cause: resolve.CauseOutside}}
	switch {
	case e.Workload != nil:
		con.Serves, protocol = e.Workload.Serves(e.Port)
	case !e.Known:
		con.Serves = resolve.Decision{Mode: resolve.Unknown, Scope: resolve.ScopeDataplane, Why: resolve.Because(resolve.CauseEndpointUnknown, resolve.Details{Base: e.why})}
	}
	con.Serves = c.met(&con.Sends, e, con.Serves)
	if e.takenForMesh(c.Host) {
		con.Serves = resolve.Decision{Mode: resolve.Unknown, IfMeshed: e.Policy, Scope: resolve.ScopeDataplane, Origin: e.at.Origin, Field: e.at.Field, Why: resolve.Reason{Cause: resolve.CauseProxyUnproven}}
	}
	if c.special {
		if b := c.via(e); b != nil {
			return c.bound(con, b, e, protocol)
		}
	}
	con.Outcome = c.outcome(&con.Sends, e, &con.Serves, protocol)
	if w := e.Workload; w != nil && con.Serves.Mode == resolve.Unknown && w.Membership.Dataplane != resolve.DataplaneUnknown && con.Outcome.Why.Cause.MembershipUnknown() {
		con.Outcome.Why = con.Serves.Why // it is not the membership that nobody knows
	}
	if c.Class.Dataplane == resolve.DataplaneUnknown {
		naked := c.outcome(&resolve.Sending{TLS: resolve.SendsPlaintext}, e, &con.Serves, protocol)
		con.Sends, con.Outcome = ifMeshed(con, naked)
	}
	return con
}

// ifMeshed is a call of clients that may or may not have a proxy: known only where
// both ways end alike.
func ifMeshed(con Connection, naked resolve.Outcome) (resolve.Sending, resolve.Outcome) {
	if con.Sends.TLS == resolve.SendsPlaintext {
		return con.Sends, naked
	}
	s := con.Sends
	s.TLS, s.IfMeshed = resolve.SendsUnknown, s.TLS
	if naked.Verdict == con.Outcome.Verdict {
		return s, con.Outcome
	}
	return s, resolve.Outcome{Verdict: resolve.VerdictUnknown, Why: resolve.Reason{Cause: resolve.CauseClientUnknown}, Symptom: resolve.Symptom{}}
}

// RuleFor is the merged DestinationRule that counts for clients of a class: of
// those for the host, the one whose selector picks the client, else the last
// without selector (3.2.7-3.2.9).
func (side *Side) RuleFor(class *ClientClass, h *Host) *MergedRule {
	return class.Chosen(side.RuleIndexes[class.Revision].Places(class.Namespace, h.Namespace).Find(h.Name, nil))
}

// Chosen is the rule of those found that counts for the class.
func (c *ClientClass) Chosen(found []*MergedRule) *MergedRule {
	var last *MergedRule
	for _, r := range found {
		switch {
		case !r.first.HasSelector:
			last = r
		case c.picks(r):
			return r
		}
	}
	return last
}

// picks reports a rule with a selector that is for the class.
func (c *ClientClass) picks(r *MergedRule) bool {
	return r.first.Ref.Namespace == c.Namespace && resolve.Selects(r.first.Selector, c.labels)
}

// Connections are those of the call, one for each endpoint.
func (c *Call) Connections() (list []Connection) {
	c.each(func(one Connection) bool {
		list = append(list, one)
		return true
	})
	return list
}
