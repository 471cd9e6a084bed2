package resolve

import (
	"fmt"

	networkingapi "istio.io/api/networking/v1alpha3"
)

// to is what is sent to one endpoint (3.4.4, 3.4.5).
func (c *call) to(e *Endpoint) Sending {
	switch {
	case c.tunnels(e):
		return Sending{TLS: SendsUnknown, Rule: "3.5.3", Because: "the endpoint is ambient, which is not resolved yet: a proxy with HBONE on tunnels to it over mTLS, whatever a DestinationRule or a gate says"}
	case c.whole != nil:
		return *c.whole
	case c.gate != nil:
		return *c.gate
	}
	if e.Workload != nil && e.Workload.Membership.Dataplane == DataplaneAmbient {
		return Sending{TLS: SendsUnknown, Auto: true, Rule: "3.5.3", Because: "the endpoint is ambient, which is not resolved yet"}
	}
	if !e.known {
		return Sending{TLS: SendsUnknown, Auto: true, Rule: "1.13", Because: "auto mTLS: mTLS if " + e.String() + " has a sidecar, plaintext if not, and the input cannot tell"}
	}
	if e.mode != "istio" {
		return Sending{TLS: SendsPlaintext, Auto: true, Rule: "3.4.4", Because: "auto mTLS: the endpoint " + e.capability().Text}
	}
	if mode, ok := c.rule.looseMode(c.subset, c.port.Number); ok {
		return c.loosely(mode)
	}
	mode := c.mesh.endpointMode(e, c.class.Revision)
	if mode == Unknown {
		return Sending{TLS: SendsUnknown, Auto: true, Rule: "3.4.4", Because: "auto mTLS depends on policies that could not be read"}
	}
	if mode == Disable {
		return Sending{TLS: SendsPlaintext, Auto: true, Rule: "3.4.4", Because: "auto mTLS: the endpoint's port is DISABLE"}
	}
	return Sending{TLS: SendsIstioMutual, Auto: true, Rule: "3.4.4", Because: "auto mTLS: the endpoint " + e.capability().Text + " and its port is " + mode.String()}
}

// tunnels reports an ambient endpoint for which a rule or a gate decided: HBONE goes
// before both (3.5.3). Where the client keeps the address it cannot be used.
func (c *call) tunnels(e *Endpoint) bool {
	if e.Workload == nil || e.Workload.Membership.Dataplane != DataplaneAmbient || c.past || c.class.Dataplane == DataplaneProxyless {
		return false
	}
	return c.whole != nil || c.gate != nil && c.gate.Rule != "3.4.3"
}

// loosely is the quirk of rule 3.4.5.
func (c *call) loosely(mode networkingapi.ClientTLSSettings_TLSmode) Sending {
	s := Sending{TLS: SendsPlaintext, Rule: "3.4.5", By: c.setting.rule.Ref, Field: c.setting.field, Origin: c.setting.rule.Origin}
	s.Because = fmt.Sprintf("%s: the port entry has no tls, so auto mTLS decides, but the endpoint check reads the tls above it (%s): plaintext", c.setting.rule.Ref, mode)
	if mode == networkingapi.ClientTLSSettings_ISTIO_MUTUAL {
		s.TLS = SendsIstioMutual
		s.Because = fmt.Sprintf("%s: the port entry has no tls, but the endpoint check reads ISTIO_MUTUAL above it: mTLS whatever the policies say", c.setting.rule.Ref)
	}
	return s
}

// endpointMode is the mode that the policies set for an endpoint as the client's
// own control plane reads them, whether or not the bytes reach the endpoint's
// proxy: istiod does not know that (2.11).
func (m *Mesh) endpointMode(e *Endpoint, revision string) Mode {
	switch w := e.Workload; {
	case w != nil && w.Cluster == m.cluster && firstOf(w.Membership.Revision, DefaultRevision) == revision:
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
