package resolve

import "fmt"

// autoGate is the part of auto mTLS that looks at the whole cluster (3.4.1-3.4.3).
// nil means that endpoints decide.
func (c *call) autoGate() *Sending {
	plain := func(rule, because string) *Sending {
		return &Sending{TLS: SendsPlaintext, Auto: true, Rule: rule, Because: "gate: " + because}
	}
	if enabled := c.plane().config.GetEnableAutoMtls(); enabled != nil && !enabled.GetValue() {
		s := plain("3.4.1", "enableAutoMtls is false")
		s.By, s.Origin, s.Field = c.plane().source, c.plane().origin, c.plane().writes("enableAutoMtls")
		return s
	}
	if c.host.External {
		s := plain("3.4.1", c.host.Ref.String()+" is MESH_EXTERNAL"+c.host.byDefault())
		s.By, s.Origin, s.Field = c.host.Ref, c.host.Origin, "spec.location"
		return s
	}
	gateLB, clusterLB := c.rule.passesThrough(c.subset, c.port.Number)
	if c.host.Passthrough || gateLB {
		if s := c.passthroughGate(); s != nil {
			return s
		}
	}
	if g := c.mesh.gateUnseen(c.host.Namespace, c.class.Revision); g != nil {
		return &Sending{TLS: SendsUnknown, Auto: true, Rule: "3.4.1", Because: g.String() + ": a DISABLE there would mean plaintext"}
	}
	if by := c.mesh.namespaceMode(c.host.Namespace, c.class.Revision); by != nil {
		s := plain("3.4.1", fmt.Sprintf("namespace %s is DISABLE by %s, workload and port policies are not looked at", c.host.Namespace, by.Ref))
		s.By, s.Field, s.Origin = by.Ref, by.ModeField(), by.Origin
		return s
	}
	if c.class.certificates != "" {
		return c.withFiles()
	}
	if (c.host.Passthrough || clusterLB) && !c.edsForHeadless(clusterLB) {
		out := &Sending{TLS: SendsIstioMutual, Auto: true, Rule: "3.4.3", Because: "auto mTLS: no endpoint is without a sidecar; one setting for all, workload and port policies are not looked at"}
		if !c.host.Passthrough && !gateLB {
			out.Because = "auto mTLS: the gate does not read where load balancer PASSTHROUGH is written, but the cluster keeps the address that the application chose: one setting for all, endpoints without a sidecar too"
		}
		return out
	}
	return nil
}

// plane is the client's own control plane.
func (c *call) plane() *plane { return c.mesh.control.of(c.class.Revision) }

// byDefault says that nobody wrote MESH_EXTERNAL, which is what a ServiceEntry is
// then.
func (h *Host) byDefault() string {
	if h.Origin.Lines == nil || h.Origin.Lines.Line("spec.location") > 0 {
		return ""
	}
	return ", since location is not set"
}

// edsForHeadless reports whether endpoints are told apart all the same: by a
// gateway, or with the feature on (3.4.3).
func (c *call) edsForHeadless(balancer bool) bool {
	if balancer {
		return false
	}
	return c.class.Dataplane == DataplaneGateway || c.host.kubernetes && c.plane().flag("PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES")
}

// passthroughGate is plaintext for all as soon as one endpoint is without a
// sidecar, or there is none (3.4.3).
func (c *call) passthroughGate() *Sending {
	out := &Sending{TLS: SendsPlaintext, Auto: true, Rule: "3.4.3"}
	if len(c.port.Endpoints) == 0 {
		out.Because = "gate: " + c.passthroughWord() + " without endpoints"
		return out
	}
	var open *Endpoint
	for i := range c.port.Endpoints {
		e := &c.port.Endpoints[i]
		switch {
		case !e.known:
			open = e
		case e.mode == "disabled":
			out.Because = fmt.Sprintf("gate: %s, and %s %s: plaintext for all endpoints", c.passthroughWord(), e, e.capability().Text)
			return out
		}
	}
	if open == nil {
		return nil
	}
	out.TLS, out.Rule = SendsUnknown, "1.13"
	out.Because = fmt.Sprintf("%s: one endpoint without a sidecar would mean plaintext for all, and the input cannot tell whether %s has one", c.passthroughWord(), open)
	return out
}

// passthroughWord says why the client keeps the address that the application
// chose.
func (c *call) passthroughWord() string {
	switch {
	case !c.host.Passthrough:
		return "load balancer PASSTHROUGH"
	case c.host.kubernetes:
		return "a headless service"
	}
	return "resolution NONE"
}

// gateUnseen is what keeps anybody from knowing whether a namespace's services are
// DISABLE, nil when it is known.
func (m *Mesh) gateUnseen(namespace, revision string) *Gap {
	if g := m.gaps.at(KindPeerAuthentication, namespace); g != nil {
		return g
	}
	if m.control.unsure && m.control.of(revision).unseen != nil {
		return m.control.of(revision).unseen
	}
	if wide := m.wide.above(namespace, revision).namespace; wide != nil && wide.Mode != Unset {
		return nil
	}
	return m.gaps.at(KindPeerAuthentication, m.control.rootOf(revision))
}

// namespaceMode is the namespace- or mesh-wide policy that switches auto mTLS off
// for a namespace's services, nil when none does (3.4.1).
func (m *Mesh) namespaceMode(namespace, revision string) *PeerAuthentication {
	wide := m.wide.above(namespace, revision)
	for _, p := range []*PeerAuthentication{wide.namespace, wide.mesh} {
		if p != nil && p.Mode != Unset {
			if p.Mode == Disable {
				return p
			}
			return nil
		}
	}
	return nil
}
