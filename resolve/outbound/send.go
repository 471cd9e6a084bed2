package outbound

import (
	"cmp"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// Call is one client class calling one port and subset of a host.
type Call struct {
	Side   *Side
	Class  *ClientClass
	Host   *Host
	Port   *HostPort
	Subset string

	Rule    *MergedRule
	Setting tlsSetting
	// Gate is the answer of the cluster-wide part of auto mTLS: plaintext for all,
	// with the reason; nil lets each endpoint decide.
	Gate *resolve.Sending
	// EveryEndpoint is set where one setting holds for every endpoint.
	EveryEndpoint *resolve.Sending
	// waypoint is the binding by which the call goes through a waypoint, nil for none.
	waypoint *config.Binding
	// special is true where ambient has a part in the call, or may: most calls do without looking.
	special bool
	// Past is true where no DestinationRule is looked at.
	Past bool
	// found are the rules of the place where the search ended, and trace is what writes
	// down what is looked at; both only where somebody asks for it.
	found []*MergedRule
	trace *tracer
	// byRequest is true for a call that a route of HTTP leads here.
	byRequest bool
	// derived is what a room above found of the call, see Derived.
	derived any
}

// Prepare works out everything that holds for all endpoints.
func (side *Side) Prepare(class *ClientClass, h *Host, port *HostPort, subset string, rule *MergedRule) *Call {
	c := &Call{Side: side, Class: class, Host: h, Port: port, Subset: subset, Rule: rule}
	c.decide()
	return c
}

// decide asks, in istiod's order, what could settle the call for all endpoints, and stops at
// the first that does.
func (c *Call) decide() {
	c.trace.step("scope")
	c.traceClient()
	c.special = c.Port.ambient || c.Class.Dataplane == resolve.DataplaneAmbient || c.Class.Dataplane == resolve.DataplaneWaypoint || c.Class.agent || c.Host.Waypoint != nil
	c.EveryEndpoint = cmp.Or(c.disputed(), c.Class.sender().before(c))
	if c.Past = c.Past || c.EveryEndpoint != nil; c.Past {
		return
	}
	c.traceRoute()
	c.traceRule()
	c.trace.step("tls")
	c.EveryEndpoint = c.byRule()
	c.traceTLS()
	if c.EveryEndpoint == nil {
		c.trace.step("gates")
		c.Gate = c.autoGate()
		c.traceGate()
	}
}

// disputed is the answer where nobody can tell which cluster's Service the client's istiod goes by,
// to clients with a proxy (3.9.2).
func (c *Call) disputed() *resolve.Sending {
	if c.Host.disputed == "" || !c.Class.Proxied() {
		return nil
	}
	return &resolve.Sending{TLS: resolve.SendsUnknown, Why: resolve.Because(resolve.CauseServicesDiffer, resolve.Details{Name: c.Host.Name, Text: c.Host.disputed})}
}

// byRule is what is sent to every endpoint by a DestinationRule, or by something that keeps
// anybody from knowing it (3.3).
func (c *Call) byRule() *resolve.Sending {
	if s := c.unseenRule(); s != nil {
		return s
	}
	if s := c.unseenPatch(); s != nil {
		return s
	}
	c.Setting = c.Rule.tlsFor(c.Subset, c.Port.Number)
	return c.Class.sender().setting(c)
}
