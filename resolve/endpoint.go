package resolve

import (
	"cmp"
	"fmt"

	networkingapi "istio.io/api/networking/v1alpha3"
)

// to is what is sent to one endpoint (3.4.4, 3.4.5).
func (c *Call) to(e *Endpoint) Sending {
	switch {
	case c.tunnels(e):
		return Sending{TLS: SendsUnknown, Why: Reason{Cause: CauseTunnelBeforeRule}}
	case c.Whole != nil:
		return *c.Whole
	case c.Gate != nil:
		return *c.Gate
	}
	if e.Workload != nil && e.Workload.Membership.Dataplane == DataplaneAmbient {
		return Sending{TLS: SendsUnknown, Auto: true, Why: Reason{Cause: CauseAmbientEndpoint}}
	}
	if !e.Known {
		return Sending{TLS: SendsUnknown, Auto: true, Why: Because(CauseAutoUnknown, Details{Name: e.String()})}
	}
	if e.Label != "istio" {
		return Sending{TLS: SendsPlaintext, Auto: true, Why: on(CauseAutoIncapable, e.capability())}
	}
	if mode, ok := c.Rule.looseMode(c.Subset, c.Port.Number); ok {
		return c.loosely(mode)
	}
	mode := c.Mesh.endpointMode(e, c.Class.Revision)
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
	return Because(c, Details{Base: capable.why})
}

// tunnels reports an ambient endpoint for which a rule or a gate decided: HBONE goes
// before both (3.5.3). Where the client keeps the address it cannot be used.
func (c *Call) tunnels(e *Endpoint) bool {
	if e.Workload == nil || e.Workload.Membership.Dataplane != DataplaneAmbient || c.Past || c.Class.Dataplane == DataplaneProxyless {
		return false
	}
	return c.Whole != nil || c.Gate != nil && !c.Gate.Why.Cause.Kept()
}

// loosely is the quirk of rule 3.4.5.
func (c *Call) loosely(mode networkingapi.ClientTLSSettings_TLSmode) Sending {
	s := Sending{TLS: SendsPlaintext, By: c.Setting.Rule.Ref, Field: c.Setting.field, Origin: c.Setting.Rule.Origin}
	s.Why = Because(CauseLoosePlaintext, Details{By: s.By, Text: mode.String()})
	if mode == networkingapi.ClientTLSSettings_ISTIO_MUTUAL {
		s.TLS, s.Why = SendsIstioMutual, Because(CauseLooseMutual, Details{By: s.By})
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
