package resolve

// autoGate is the part of auto mTLS that looks at the whole cluster (3.4.1-3.4.3).
// nil means that endpoints decide.
func (c *call) autoGate() *Sending {
	plain := func(why Reason) *Sending { return &Sending{TLS: SendsPlaintext, Auto: true, Why: why} }
	if enabled := c.plane().config.GetEnableAutoMtls(); enabled != nil && !enabled.GetValue() {
		s := plain(Reason{Cause: CauseAutoOff})
		s.By, s.Origin, s.Field = c.plane().source, c.plane().origin, c.plane().writes("enableAutoMtls")
		return s
	}
	c.tracePassed(CauseGateAutoOn)
	if c.host.External {
		s := plain(because(c.host.externalCause(), Details{By: c.host.Ref}))
		s.By, s.Origin, s.Field = c.host.Ref, c.host.Origin, "spec.location"
		return s
	}
	c.tracePassed(CauseGateInMesh)
	gateLB, clusterLB := c.rule.passesThrough(c.subset, c.port.Number)
	if c.host.Passthrough || gateLB {
		if s := c.passthroughGate(); s != nil {
			return s
		}
	}
	c.tracePassed(c.keptCause(gateLB, clusterLB))
	if g := c.mesh.gateUnseen(c.host.Namespace, c.class.Revision); g != nil {
		return &Sending{TLS: SendsUnknown, Auto: true, Why: because(CauseGateUnread, Details{Gap: g})}
	}
	if by := c.mesh.namespaceMode(c.host.Namespace, c.class.Revision); by != nil {
		s := plain(because(CauseNamespaceDisabled, Details{By: by.Ref, Name: c.host.Namespace}))
		s.By, s.Field, s.Origin = by.Ref, by.ModeField(), by.Origin
		return s
	}
	c.tracePassed(CauseGateNotDisabled)
	if c.class.certificates != "" {
		return c.withFiles()
	}
	if (c.host.Passthrough || clusterLB) && !c.edsForHeadless(clusterLB) {
		out := &Sending{TLS: SendsIstioMutual, Auto: true, Why: Reason{Cause: CauseKeptAllCapable}}
		if !c.host.Passthrough && !gateLB {
			out.Why.Cause = CauseKeptUngated
		}
		return out
	}
	c.tracePassed(CauseGateEachEndpoint)
	return nil
}

// plane is the client's own control plane.
func (c *call) plane() *plane { return c.mesh.control.of(c.class.Revision) }

// externalCause tells MESH_EXTERNAL that somebody wrote from what a ServiceEntry is
// without a location.
func (h *Host) externalCause() Cause {
	if h.Origin.Lines == nil || h.Origin.Lines.Line("spec.location") > 0 {
		return CauseExternal
	}
	return CauseExternalByDefault
}

// edsForHeadless reports whether endpoints are told apart all the same: by a
// gateway, or with the feature on (3.4.3).
func (c *call) edsForHeadless(balancer bool) bool {
	if balancer {
		return false
	}
	return c.class.Dataplane == DataplaneGateway || c.host.Kubernetes && c.plane().flag("PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES")
}

// passthroughGate is plaintext for all as soon as one endpoint is without a
// sidecar, or there is none (3.4.3).
func (c *call) passthroughGate() *Sending {
	out := &Sending{TLS: SendsPlaintext, Auto: true, Why: Reason{Cause: CauseKeptWithoutEndpoints}.as(c.keeps())}
	if len(c.port.Endpoints) == 0 {
		return out
	}
	var open *Endpoint
	for i := range c.port.Endpoints {
		e := &c.port.Endpoints[i]
		switch {
		case !e.known:
			open = e
		case e.mode == "disabled":
			out.Why = because(CauseKeptWithoutSidecar, Details{Name: e.String(), Base: e.capability().why}).as(c.keeps())
			return out
		}
	}
	if open == nil {
		return nil
	}
	out.TLS, out.Why = SendsUnknown, because(CauseKeptUnknown, Details{Name: open.String()}).as(c.keeps())
	return out
}

// keeps is why the client keeps the address that the application chose.
func (c *call) keeps() Aspect {
	switch {
	case !c.host.Passthrough:
		return AspectBalancer
	case c.host.Kubernetes:
		return AspectHeadless
	}
	return AspectNoResolution
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
