package resolve

import (
	"cmp"
	"fmt"

	networkingapi "istio.io/api/networking/v1alpha3"
)

// to is what is sent to one endpoint (3.4.4, 3.4.5).
func (c *call) to(e *Endpoint) Sending {
	switch {
	case c.tunnels(e):
		return Sending{TLS: SendsUnknown, Why: Reason{Cause: CauseTunnelBeforeRule}}
	case c.whole != nil:
		return *c.whole
	case c.gate != nil:
		return *c.gate
	}
	if e.Workload != nil && e.Workload.Membership.Dataplane == DataplaneAmbient {
		return Sending{TLS: SendsUnknown, Auto: true, Why: Reason{Cause: CauseAmbientEndpoint}}
	}
	if !e.known {
		return Sending{TLS: SendsUnknown, Auto: true, Why: because(CauseAutoUnknown, Details{Name: e.String()})}
	}
	if e.mode != "istio" {
		return Sending{TLS: SendsPlaintext, Auto: true, Why: on(CauseAutoIncapable, e.capability())}
	}
	if mode, ok := c.rule.looseMode(c.subset, c.port.Number); ok {
		return c.loosely(mode)
	}
	mode := c.mesh.endpointMode(e, c.class.Revision)
	if mode == Unknown {
		return Sending{TLS: SendsUnknown, Auto: true, Why: Reason{Cause: CauseAutoPoliciesUnread}}
	}
	if mode == Disable {
		return Sending{TLS: SendsPlaintext, Auto: true, Why: Reason{Cause: CauseAutoDisabled}}
	}
	return Sending{TLS: SendsIstioMutual, Auto: true, Why: on(CauseAutoMutual, e.capability()).ofMode(mode)}
}

// on is a reason that goes on from what an endpoint is taken for; the usual sidecar needs no
// details.
func on(c Cause, capable capability) Reason {
	if capable.why.Cause == CauseHasSidecar {
		return Reason{Cause: c}
	}
	return because(c, Details{Base: capable.why})
}

// tunnels reports an ambient endpoint for which a rule or a gate decided: HBONE goes
// before both (3.5.3). Where the client keeps the address it cannot be used.
func (c *call) tunnels(e *Endpoint) bool {
	if e.Workload == nil || e.Workload.Membership.Dataplane != DataplaneAmbient || c.past || c.class.Dataplane == DataplaneProxyless {
		return false
	}
	return c.whole != nil || c.gate != nil && !c.gate.Why.Cause.Kept()
}

// loosely is the quirk of rule 3.4.5.
func (c *call) loosely(mode networkingapi.ClientTLSSettings_TLSmode) Sending {
	s := Sending{TLS: SendsPlaintext, By: c.setting.rule.Ref, Field: c.setting.field, Origin: c.setting.rule.Origin}
	s.Why = because(CauseLoosePlaintext, Details{By: s.By, Text: mode.String()})
	if mode == networkingapi.ClientTLSSettings_ISTIO_MUTUAL {
		s.TLS, s.Why = SendsIstioMutual, because(CauseLooseMutual, Details{By: s.By})
	}
	return s
}

// endpointMode is the mode that the policies set for an endpoint as the client's
// own control plane reads them, whether or not the bytes reach the endpoint's
// proxy: istiod does not know that (2.11).
func (m *Mesh) endpointMode(e *Endpoint, revision string) Mode {
	switch w := e.Workload; {
	case w != nil && w.Cluster == m.cluster && w.Membership.Dataplane != DataplaneAmbient && cmp.Or(w.Membership.Revision, DefaultRevision) == revision:
		return w.in.modeOf(e.Port)
	case w != nil:
		in := m.wide.chain(w.Ref.Namespace, revision, w.Labels)
		return in.modeOf(e.Port)
	case e.policy != Unset:
		return e.policy
	}
	return Permissive
}

// String names the endpoint in a sentence.
func (e *Endpoint) String() string {
	if e.Workload == nil {
		return e.Address
	}
	name := e.Workload.Short()
	if e.Workload.Variant > 0 {
		name += fmt.Sprintf(" (%d of %d pods)", e.Workload.Pods, e.Workload.PodsOf)
	}
	if e.Workload.Cluster != "" {
		name += " in " + e.Workload.Cluster
	}
	return name
}
