package outbound

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// autoGate is the part of auto mTLS that looks at the whole cluster (3.4.1-3.4.3).
// nil means that endpoints decide.
func (c *Call) autoGate() *resolve.Sending {
	plain := func(why resolve.Reason) *resolve.Sending {
		return &resolve.Sending{TLS: resolve.SendsPlaintext, Auto: true, Why: why}
	}
	if enabled := c.plane().Config.GetEnableAutoMtls(); enabled != nil && !enabled.GetValue() {
		s := plain(resolve.Reason{Cause: resolve.CauseAutoOff})
		by, at := c.plane().Writes("enableAutoMtls")
		s.By, s.Origin, s.Field = by, at.Origin, at.Field
		return s
	}
	c.tracePassed(resolve.CauseGateAutoOn)
	if c.Host.External {
		s := plain(resolve.Because(c.Host.externalCause(), resolve.Details{By: c.Host.Ref}))
		s.By, s.Origin, s.Field = c.Host.Ref, c.Host.Origin, "spec.location"
		return s
	}
	c.tracePassed(resolve.CauseGateInMesh)
	gateLB, clusterLB := c.passesThrough()
	if c.Host.Passthrough || gateLB {
		if s := c.passthroughGate(); s != nil {
			return s
		}
	}
	c.tracePassed(c.keptCause(gateLB, clusterLB))
	if g := c.Side.GateUnseen(c.Host.Namespace, c.Class.Revision); g != nil {
		return &resolve.Sending{TLS: resolve.SendsUnknown, Auto: true, Why: resolve.Because(resolve.CauseGateUnread, resolve.Details{Gap: g})}
	}
	if by := c.Side.NamespaceMode(c.Host.Namespace, c.Class.Revision); by != nil {
		s := plain(resolve.Because(resolve.CauseNamespaceDisabled, resolve.Details{By: by.Ref, Name: c.Host.Namespace}))
		s.By, s.Field, s.Origin = by.Ref, by.ModeField(), by.Origin
		return s
	}
	c.tracePassed(resolve.CauseGateNotDisabled)
	if c.Class.Certificates != "" {
		return c.withFiles()
	}
	if (c.Host.Passthrough || clusterLB) && !c.edsForHeadless(clusterLB) {
		out := &resolve.Sending{TLS: resolve.SendsIstioMutual, Auto: true, Why: resolve.Reason{Cause: resolve.CauseKeptAllCapable}}
		if !c.Host.Passthrough && !gateLB {
			out.Why.Cause = resolve.CauseKeptUngated
		}
		return out
	}
	c.tracePassed(resolve.CauseGateEachEndpoint)
	return nil
}

// passesThrough is load balancer PASSTHROUGH, see MergedRule.PassesThrough. The cluster of a host
// with resolution DYNAMIC_DNS stays one that asks DNS; those of its subsets do not.
func (c *Call) passesThrough() (gate, cluster bool) {
	gate, cluster = c.Rule.PassesThrough(c.Subset, c.Port.Number)
	return gate, cluster && (!c.Host.dynamic || c.Subset != "")
}

// plane is the client's own control plane.
func (c *Call) plane() *config.Plane { return c.Side.In.Control.Of(c.Class.Revision) }

// externalCause tells MESH_EXTERNAL that somebody wrote from what a ServiceEntry is
// without a location.
func (h *Host) externalCause() resolve.Cause {
	if h.Origin.Lines == nil || h.Origin.Lines.Line("spec.location") > 0 {
		return resolve.CauseExternal
	}
	return resolve.CauseExternalByDefault
}

// edsForHeadless reports whether endpoints are told apart all the same: by a
// gateway, or with the feature on (3.4.3).
func (c *Call) edsForHeadless(balancer bool) bool {
	if balancer {
		return false
	}
	return c.Class.traits().gateway || c.Host.Kubernetes && c.plane().Flag("PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES")
}

// passthroughGate is plaintext for all as soon as one endpoint is without a
// sidecar, or there is none (3.4.3).
func (c *Call) passthroughGate() *resolve.Sending {
	out := &resolve.Sending{TLS: resolve.SendsPlaintext, Auto: true, Why: resolve.Reason{Cause: resolve.CauseKeptWithoutEndpoints}.As(c.keeps())}
	endpoints := c.Port.Endpoints
	if c.Port.written != nil {
		endpoints = c.Port.written
	}
	unread := c.unreadCluster()
	if !slices.ContainsFunc(endpoints, func(e Endpoint) bool { return !e.chosen }) {
		if unread != nil {
			out.TLS, out.Why = resolve.SendsUnknown, unread.As(c.keeps())
		}
		return out
	}
	var open *Endpoint
	for i := range endpoints {
		e := &endpoints[i]
		switch {
		case e.chosen: // istiod knows of none
		case !e.Known:
			open = e
		case e.Label == "disabled":
			out.Why = resolve.Because(resolve.CauseKeptWithoutSidecar, resolve.Details{Name: e.String(), Base: e.capability().why}).As(c.keeps())
			return out
		}
	}
	switch {
	case open == nil && unread == nil:
		return nil
	case open == nil:
		out.TLS, out.Why = resolve.SendsUnknown, unread.As(c.keeps())
		return out
	}
	out.TLS, out.Why = resolve.SendsUnknown, resolve.Because(resolve.CauseKeptUnknown, resolve.Details{Name: open.String()}).As(c.keeps())
	return out
}

// unreadCluster is why a Service may have endpoints that the input does not show: a cluster of the mesh
// could not be read (3.9.1); nil where all were.
func (c *Call) unreadCluster() *resolve.Reason {
	for i := range c.Side.In.Gaps {
		if g := &c.Side.In.Gaps[i]; g.Kind == "" && c.Host.Kubernetes {
			why := resolve.Because(resolve.CauseKeptClusterUnread, resolve.Details{Gap: g})
			return &why
		}
	}
	return nil
}

// keeps is why the client keeps the address that the application chose.
func (c *Call) keeps() resolve.Aspect {
	switch {
	case !c.Host.Passthrough:
		return resolve.AspectBalancer
	case c.Host.Kubernetes:
		return resolve.AspectHeadless
	}
	return resolve.AspectNoResolution
}

// GateUnseen is what keeps anybody from knowing whether a namespace's services are
// DISABLE, nil when it is known.
func (side *Side) GateUnseen(namespace, revision string) *resolve.Gap {
	if g := side.In.Gaps.At(resolve.KindPeerAuthentication, namespace); g != nil {
		return g
	}
	if side.In.Control.Unsure && side.In.Control.Of(revision).Unseen != nil {
		return side.In.Control.Of(revision).Unseen
	}
	if wide := side.In.Policies.Above(namespace, revision).Namespace; wide != nil && wide.Mode != resolve.Unset {
		return nil
	}
	return side.In.Gaps.At(resolve.KindPeerAuthentication, side.In.Control.RootOf(revision))
}

// NamespaceMode is the namespace- or mesh-wide policy that switches auto mTLS off
// for a namespace's services, nil when none does (3.4.1).
func (side *Side) NamespaceMode(namespace, revision string) *inbound.PeerAuthentication {
	wide := side.In.Policies.Above(namespace, revision)
	for _, p := range []*inbound.PeerAuthentication{wide.Namespace, wide.Mesh} {
		if p != nil && p.Mode != resolve.Unset {
			if p.Mode == resolve.Disable {
				return p
			}
			return nil
		}
	}
	return nil
}
