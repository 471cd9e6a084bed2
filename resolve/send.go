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
	// remedies are what repairs it, worked out when a connection is first asked.
	remedies *[]Remedy
}

// prepare works out everything that holds for all endpoints.
func (m *Mesh) prepare(class *ClientClass, h *Host, port *HostPort, subset string, rule *mergedRule) *call {
	c := &call{mesh: m, class: class, host: h, port: port, subset: subset, rule: rule}
	c.whole = c.beforeRules()
	if c.past = c.whole != nil; c.past {
		return c
	}
	if c.whole = c.unseenRule(); c.whole != nil {
		return c
	}
	if c.whole = c.unseenPatch(); c.whole != nil {
		return c
	}
	c.setting = rule.tlsFor(subset, port.Number)
	if c.whole = c.explicit(); c.whole == nil {
		c.gate = c.autoGate()
	}
	return c
}

// beforeRules is what is sent where no DestinationRule is looked at (3.1, 3.5).
func (c *call) beforeRules() *Sending {
	switch c.class.Dataplane {
	case DataplaneNone:
		return &Sending{TLS: SendsPlaintext, Rule: "3.1.1", Because: "the client has no proxy: the application's own bytes"}
	case DataplaneAmbient:
		return &Sending{TLS: SendsUnknown, Rule: "3.5.4", Because: "ambient clients are not resolved yet: HBONE if the target supports it, else plaintext"}
	}
	because, past, sure := c.class.bypass.past(c.host, c.port.Number)
	if !sure {
		return &Sending{TLS: SendsUnknown, Rule: "3.1.1", Because: because}
	}
	if past {
		return &Sending{TLS: SendsPlaintext, Rule: "3.1.1", Because: because}
	}
	if c.mesh.control.unsure {
		if s := c.unseenConfig(); s != nil {
			return s
		}
	}
	if s := c.unseenScope(); s != nil {
		return s
	}
	if k := c.mesh.knows(c.class, c.host, c.port.Number); !k.known {
		because := k.because()
		if c.class.bypass.direct {
			return &Sending{TLS: SendsPlaintext, Rule: "3.1.1", Because: because + ", and interception mode NONE lets the application call it itself"}
		}
		if c.class.scope.registryOnly {
			return &Sending{TLS: SendsNothing, Rule: "3.1.3", Because: because + ", and REGISTRY_ONLY refuses unknown hosts"}
		}
		return &Sending{TLS: SendsPlaintext, Rule: "3.1.3", Because: because + ": passed through as it is"}
	}
	return nil
}
