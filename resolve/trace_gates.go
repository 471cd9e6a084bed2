package resolve

// tracePassed notes a gate of auto mTLS that let the call through (3.4.1-3.4.3).
func (c *Call) tracePassed(gate Cause) {
	if c.trace == nil {
		return
	}
	why := Reason{Cause: gate}
	switch gate {
	case CauseGateInMesh:
		why = Because(gate, Details{By: c.Host.Ref})
	case CauseGateNotDisabled:
		why = Because(gate, Details{Name: c.Host.Namespace})
	case CauseGateEDS, CauseGateEDSOfGateway, CauseGateKeptCapable:
		why = why.as(c.keeps())
	}
	c.trace.note(nowhere, why)
}

// keptCause is why the gate for clients that keep the address did not shut; balancer and
// cluster are as in passesThrough.
func (c *Call) keptCause(balancer, cluster bool) Cause {
	switch {
	case c.Host.Passthrough && c.edsForHeadless(cluster) && c.Class.Dataplane == DataplaneGateway:
		return CauseGateEDSOfGateway
	case c.Host.Passthrough && c.edsForHeadless(cluster):
		return CauseGateEDS
	case c.Host.Passthrough, balancer:
		return CauseGateKeptCapable
	case cluster && c.Subset != "":
		return CauseGateSubsetBalancer
	case cluster:
		return CauseGateEntryBalancer
	}
	return CauseGateNotHeadless
}

// traceGate notes the gate that shut, and what that means where its own words do not.
func (c *Call) traceGate() {
	if c.trace == nil || c.Gate == nil {
		return
	}
	why := c.Gate.Why
	if c.Gate.Why.Cause.Gate() && c.Gate.Why.Cause != CauseKeptWithoutSidecar {
		why = Because(CauseGateShut, Details{Base: why})
	}
	c.trace.note(Place{c.Gate.Origin, c.Gate.Field}, why)
}
