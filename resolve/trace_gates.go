package resolve

// tracePassed notes a gate of auto mTLS that let the call through (3.4.1-3.4.3).
func (c *call) tracePassed(gate Cause) {
	if c.trace == nil {
		return
	}
	why := Reason{Cause: gate}
	switch gate {
	case CauseGateInMesh:
		why = because(gate, Details{By: c.host.Ref})
	case CauseGateNotDisabled:
		why = because(gate, Details{Name: c.host.Namespace})
	case CauseGateEDS, CauseGateEDSOfGateway, CauseGateKeptCapable:
		why = why.as(c.keeps())
	}
	c.trace.note(nowhere, why)
}

// keptCause is why the gate for clients that keep the address did not shut; balancer and
// cluster are as in passesThrough.
func (c *call) keptCause(balancer, cluster bool) Cause {
	switch {
	case c.host.Passthrough && c.edsForHeadless(cluster) && c.class.Dataplane == DataplaneGateway:
		return CauseGateEDSOfGateway
	case c.host.Passthrough && c.edsForHeadless(cluster):
		return CauseGateEDS
	case c.host.Passthrough, balancer:
		return CauseGateKeptCapable
	case cluster && c.subset != "":
		return CauseGateSubsetBalancer
	case cluster:
		return CauseGateEntryBalancer
	}
	return CauseGateNotHeadless
}

// traceGate notes the gate that shut, and what that means where its own words do not.
func (c *call) traceGate() {
	if c.trace == nil || c.gate == nil {
		return
	}
	why := c.gate.Why
	if c.gate.Why.Cause.Gate() && c.gate.Why.Cause != CauseKeptWithoutSidecar {
		why = because(CauseGateShut, Details{Base: why})
	}
	c.trace.note(Place{c.gate.Origin, c.gate.Field}, why)
}
