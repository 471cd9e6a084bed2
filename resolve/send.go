package resolve

// call is one client class calling one port and subset of a host.
type call struct {
	mesh   *Mesh
	class  *ClientClass
	host   *Host
	port   *HostPort
	subset string

	rule    *mergedRule
	setting tlsSetting
	// gate is the answer of the cluster-wide part of auto mTLS: plaintext for all,
	// with the reason; nil lets each endpoint decide.
	gate *Sending
	// whole is set where one setting holds for every endpoint.
	whole *Sending
	// past is true where no DestinationRule is looked at.
	past bool
	// found are the rules of the place where the search ended, and trace is what writes
	// down what is looked at; both only where somebody asks for it.
	found []*mergedRule
	trace *tracer
	// remedies are what repairs it, worked out when a connection is first asked.
	remedies *[]Remedy
}

// prepare works out everything that holds for all endpoints.
func (m *Mesh) prepare(class *ClientClass, h *Host, port *HostPort, subset string, rule *mergedRule) *call {
	c := &call{mesh: m, class: class, host: h, port: port, subset: subset, rule: rule}
	c.decide()
	return c
}

// decide asks, in istiod's order, what could settle the call for all endpoints, and stops at
// the first that does.
func (c *call) decide() {
	c.trace.step("scope")
	c.whole = c.beforeRules()
	if c.past = c.whole != nil; c.past {
		return
	}
	c.traceRoute()
	c.traceRule()
	c.trace.step("tls")
	c.whole = c.byRule()
	c.traceTLS()
	if c.whole == nil {
		c.trace.step("gates")
		c.gate = c.autoGate()
		c.traceGate()
	}
}

// byRule is what is sent to every endpoint by a DestinationRule, or by something that keeps
// anybody from knowing it (3.3).
func (c *call) byRule() *Sending {
	if s := c.unseenRule(); s != nil {
		return s
	}
	if s := c.unseenPatch(); s != nil {
		return s
	}
	c.setting = c.rule.tlsFor(c.subset, c.port.Number)
	return c.explicit()
}

// beforeRules is what is sent where no DestinationRule is looked at (3.1, 3.5).
func (c *call) beforeRules() *Sending {
	c.traceClient()
	switch c.class.Dataplane {
	case DataplaneNone:
		return &Sending{TLS: SendsPlaintext, Why: Reason{Cause: CauseNoProxy}}
	case DataplaneAmbient:
		return &Sending{TLS: SendsUnknown, Why: Reason{Cause: CauseAmbientClient}}
	}
	why, past, sure := c.class.bypass.past(c.host, c.port.Number)
	c.traceBypass(why, past, sure)
	if !sure {
		return &Sending{TLS: SendsUnknown, Why: why}
	}
	if past {
		return &Sending{TLS: SendsPlaintext, Why: why}
	}
	unseen := c.unseenConfig()
	if unseen == nil {
		unseen = c.unseenScope()
	}
	if unseen != nil {
		c.trace.note(nowhere, unseen.Why)
		return unseen
	}
	k := c.mesh.knows(c.class, c.host, c.port.Number)
	c.traceKnown(k)
	if k.known {
		return nil
	}
	unknown := Details{Base: c.mesh.why(k, c.class, c.host)}
	if c.class.bypass.direct {
		return &Sending{TLS: SendsPlaintext, Why: because(CauseLeavesDirectly, unknown)}
	}
	if c.class.scope.registryOnly {
		return &Sending{TLS: SendsNothing, Why: because(CauseHostRefused, unknown)}
	}
	return &Sending{TLS: SendsPlaintext, Why: because(CauseHostPassed, unknown)}
}
