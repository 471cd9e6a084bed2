package outbound

import "github.com/mtlsctl/mtlsctl/resolve"

// tracePassed notes a gate of auto mTLS that let the call through (3.4.1-3.4.3).
func (c *Call) tracePassed(gate resolve.Cause) {
	if c.trace == nil {
		return
	}
	why := resolve.Reason{Cause: gate}
	switch gate {
	case resolve.CauseGateInMesh:
		why = resolve.Because(gate, resolve.Details{By: c.Host.Ref})
	case resolve.CauseGateNotDisabled:
		why = resolve.Because(gate, resolve.Details{Name: c.Host.Namespace})
	case resolve.CauseGateEDS, resolve.CauseGateEDSOfGateway, resolve.CauseGateKeptCapable:
		why = why.As(c.keeps())
	}
	c.trace.note(nowhere, why)
}

// keptCause is why the gate for clients that keep the address did not shut; balancer and
// cluster are as in passesThrough.
func (c *Call) keptCause(balancer, cluster bool) resolve.Cause {
	switch {
	case c.Host.Passthrough && c.edsForHeadless(cluster) && c.Class.traits().gateway:
		return resolve.CauseGateEDSOfGateway
	case c.Host.Passthrough && c.edsForHeadless(cluster):
		return resolve.CauseGateEDS
	case c.Host.Passthrough, balancer:
		return resolve.CauseGateKeptCapable
	case cluster && c.Subset != "":
		return resolve.CauseGateSubsetBalancer
	case cluster:
		return resolve.CauseGateEntryBalancer
	}
	return resolve.CauseGateNotHeadless
}

// traceGate notes the gate that shut, and what that means where its own words do not.
func (c *Call) traceGate() {
	if c.trace == nil || c.Gate == nil {
		return
	}
	why := c.Gate.Why
	if c.Gate.Why.Cause.Gate() && c.Gate.Why.Cause != resolve.CauseKeptWithoutSidecar {
		why = resolve.Because(resolve.CauseGateShut, resolve.Details{Base: why})
	}
	c.trace.note(resolve.Place{Origin: c.Gate.Origin, Field: c.Gate.Field}, why)
}
