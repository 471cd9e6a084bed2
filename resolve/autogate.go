package resolve

// autoGate is the part of auto mTLS that looks at the whole cluster (3.4.1-3.4.3).
// nil means that endpoints decide.
func (c *Call) autoGate() *Sending {
	plain := func(why Reason) *Sending { return &Sending{TLS: SendsPlaintext, Auto: true, Why: why} }
	if enabled := c.plane().config.GetEnableAutoMtls(); enabled != nil && !enabled.GetValue() {
		s := plain(Reason{Cause: CauseAutoOff})
		s.By, s.Origin, s.Field = c.plane().source, c.plane().origin, c.plane().writes("enableAutoMtls")
		return s
	}
	c.tracePassed(CauseGateAutoOn)
	if c.Host.External {
		s := plain(Because(c.Host.externalCause(), Details{By: c.Host.Ref}))
		s.By, s.Origin, s.Field = c.Host.Ref, c.Host.Origin, "spec.location"
		return s
	}
	c.tracePassed(CauseGateInMesh)
	gateLB, clusterLB := c.Rule.PassesThrough(c.Subset, c.Port.Number)
	if c.Host.Passthrough || gateLB {
		if s := c.passthroughGate(); s != nil {
			return s
		}
	}
	c.tracePassed(c.keptCause(gateLB, clusterLB))
	if g := c.Mesh.gateUnseen(c.Host.Namespace, c.Class.Revision); g != nil {
		return &Sending{TLS: SendsUnknown, Auto: true, Why: Because(CauseGateUnread, Details{Gap: g})}
	}
	if by := c.Mesh.NamespaceMode(c.Host.Namespace, c.Class.Revision); by != nil {
		s := plain(Because(CauseNamespaceDisabled, Details{By: by.Ref, Name: c.Host.Namespace}))
		s.By, s.Field, s.Origin = by.Ref, by.ModeField(), by.Origin
		return s
	}
	c.tracePassed(CauseGateNotDisabled)
	if c.Class.Certificates != "" {
		return c.withFiles()
	}
	if (c.Host.Passthrough || clusterLB) && !c.edsForHeadless(clusterLB) {
		out := &Sending{TLS: SendsIstioMutual, Auto: true, Why: Reason{Cause: CauseKeptAllCapable}}
		if !c.Host.Passthrough && !gateLB {
			out.Why.Cause = CauseKeptUngated
		}
		return out
	}
	c.tracePassed(CauseGateEachEndpoint)
	return nil
}

// plane is the client's own control plane.
func (c *Call) plane() *plane { return c.Mesh.Control.Of(c.Class.Revision) }

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
func (c *Call) edsForHeadless(balancer bool) bool {
	if balancer {
		return false
	}
	return c.Class.Dataplane == DataplaneGateway || c.Host.Kubernetes && c.plane().flag("PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES")
}

// passthroughGate is plaintext for all as soon as one endpoint is without a
// sidecar, or there is none (3.4.3).
func (c *Call) passthroughGate() *Sending {
	out := &Sending{TLS: SendsPlaintext, Auto: true, Why: Reason{Cause: CauseKeptWithoutEndpoints}.as(c.keeps())}
	if len(c.Port.Endpoints) == 0 {
		return out
	}
	var open *Endpoint
	for i := range c.Port.Endpoints {
		e := &c.Port.Endpoints[i]
		switch {
		case !e.Known:
			open = e
		case e.Label == "disabled":
			out.Why = Because(CauseKeptWithoutSidecar, Details{Name: e.String(), Base: e.capability().why}).as(c.keeps())
			return out
		}
	}
	if open == nil {
		return nil
	}
	out.TLS, out.Why = SendsUnknown, Because(CauseKeptUnknown, Details{Name: open.String()}).as(c.keeps())
	return out
}

// keeps is why the client keeps the address that the application chose.
func (c *Call) keeps() Aspect {
	switch {
	case !c.Host.Passthrough:
		return AspectBalancer
	case c.Host.Kubernetes:
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
	if m.Control.unsure && m.Control.Of(revision).unseen != nil {
		return m.Control.Of(revision).unseen
	}
	if wide := m.wide.above(namespace, revision).namespace; wide != nil && wide.Mode != Unset {
		return nil
	}
	return m.gaps.at(KindPeerAuthentication, m.Control.RootOf(revision))
}

// NamespaceMode is the namespace- or mesh-wide policy that switches auto mTLS off
// for a namespace's services, nil when none does (3.4.1).
func (m *Mesh) NamespaceMode(namespace, revision string) *PeerAuthentication {
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
