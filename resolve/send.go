package resolve

import (
	"fmt"

	networkingapi "istio.io/api/networking/v1alpha3"
)

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
}

// prepare works out everything that holds for all endpoints.
func (m *Mesh) prepare(class *ClientClass, h *Host, port *HostPort, subset string, rule *mergedRule) *call {
	c := &call{mesh: m, class: class, host: h, port: port, subset: subset, rule: rule}
	c.whole = c.beforeRules()
	if c.whole != nil {
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
	if because, known := c.mesh.knows(c.class, c.host, c.port.Number); !known {
		if c.class.scope.registryOnly {
			return &Sending{TLS: SendsNothing, Rule: "3.1.3", Because: because + ", and REGISTRY_ONLY refuses unknown hosts"}
		}
		return &Sending{TLS: SendsPlaintext, Rule: "3.1.3", Because: because + ": passed through as it is"}
	}
	return nil
}

// explicit is what a DestinationRule's own tls sends to every endpoint (3.3.3).
func (c *call) explicit() *Sending {
	tls, s := c.setting.tls, c.setting
	if c.class.Dataplane == DataplaneProxyless {
		return c.proxyless()
	}
	if tls == nil {
		return nil
	}
	out := &Sending{TLS: explicitTLS[tls.GetMode()], By: s.rule.Ref, Field: s.field, Origin: s.rule.Origin, Rule: "3.3.3"}
	out.Because = fmt.Sprintf("%s, %s mode %s", s.rule.Ref, s.field, tls.GetMode())
	switch {
	case credentialOnSidecar(tls, s.rule, c.rule, c.class.Dataplane):
		out.TLS, out.Rule = SendsPlaintext, "3.3.4"
		out.Because += ": a sidecar takes no credentialName from a rule without workloadSelector, so it sends plaintext"
	case tls.GetMode() == networkingapi.ClientTLSSettings_MUTUAL && tls.GetCredentialName() == "" && (tls.GetClientCertificate() == "" || tls.GetPrivateKey() == ""):
		out.TLS, out.Rule = SendsPlaintext, "3.3.5"
		out.Because += " without certificate and key: Istio's validation refuses it; in force it sends plaintext"
	case !modeWritten(s):
		out.Rule = "3.3.2"
		out.Because = fmt.Sprintf("%s, %s without mode: that is DISABLE", s.rule.Ref, s.field)
	}
	return out
}

// modeWritten tells DISABLE from a tls that says no mode, which is the same to
// Istio and hardly ever meant.
func modeWritten(s tlsSetting) bool {
	if s.tls.GetMode() != networkingapi.ClientTLSSettings_DISABLE || s.rule.Origin.Lines == nil {
		return true
	}
	return s.rule.Origin.Lines.Line(s.field.Child("mode")) > 0
}

func credentialOnSidecar(tls *networkingapi.ClientTLSSettings, by *DestinationRule, merged *mergedRule, d Dataplane) bool {
	if tls.GetCredentialName() == "" || d == DataplaneGateway || merged.first.HasSelector {
		return false
	}
	if len(tls.GetCredentialName()) > len("configmap://") && tls.GetCredentialName()[:len("configmap://")] == "configmap://" {
		return false
	}
	return by != nil && (tls.GetMode() == networkingapi.ClientTLSSettings_SIMPLE || tls.GetMode() == networkingapi.ClientTLSSettings_MUTUAL)
}

// proxyless gRPC clients know only an explicit ISTIO_MUTUAL (3.5.6).
func (c *call) proxyless() *Sending {
	s := c.setting
	if s.tls != nil && s.tls.GetMode() == networkingapi.ClientTLSSettings_ISTIO_MUTUAL {
		return &Sending{TLS: SendsIstioMutual, By: s.rule.Ref, Field: s.field, Origin: s.rule.Origin, Rule: "3.5.6",
			Because: fmt.Sprintf("%s, %s mode ISTIO_MUTUAL", s.rule.Ref, s.field)}
	}
	return &Sending{TLS: SendsPlaintext, Rule: "3.5.6", Because: "proxyless gRPC has no auto mTLS: only an explicit ISTIO_MUTUAL gives mTLS"}
}

// autoGate is the part of auto mTLS that looks at the whole cluster (3.4.1-3.4.3).
// nil means that endpoints decide.
func (c *call) autoGate() *Sending {
	plain := func(rule, because string) *Sending {
		return &Sending{TLS: SendsPlaintext, Auto: true, Rule: rule, Because: "gate: " + because}
	}
	if enabled := c.mesh.config.GetEnableAutoMtls(); enabled != nil && !enabled.GetValue() {
		return plain("3.4.1", "enableAutoMtls is false")
	}
	if c.host.External {
		return plain("3.4.1", c.host.Ref.String()+" is MESH_EXTERNAL")
	}
	gateLB, clusterLB := c.rule.passesThrough(c.subset, c.port.Number)
	if c.host.Passthrough || gateLB {
		if s := c.passthroughGate(); s != nil {
			return s
		}
	}
	if by := c.mesh.namespaceMode(c.host.Namespace, c.class.Revision); by != nil {
		s := plain("3.4.1", fmt.Sprintf("namespace %s is DISABLE by %s, workload and port policies are not looked at", c.host.Namespace, by.Ref))
		s.By, s.Field, s.Origin = by.Ref, by.ModeField(), by.Origin
		return s
	}
	if (c.host.Passthrough || clusterLB) && !c.edsForHeadless(clusterLB) {
		return &Sending{TLS: SendsIstioMutual, Auto: true, Rule: "3.4.3", Because: "auto mTLS: no endpoint is without a sidecar; one setting for all, workload and port policies are not looked at"}
	}
	return nil
}

// edsForHeadless reports whether endpoints are told apart all the same: by a
// gateway, or with the feature on (3.4.3).
func (c *call) edsForHeadless(balancer bool) bool {
	if balancer {
		return false
	}
	return c.class.Dataplane == DataplaneGateway || c.host.kubernetes && c.mesh.control.flag("PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES")
}

// passthroughGate is plaintext for all as soon as one endpoint is without a
// sidecar, or there is none (3.4.3).
func (c *call) passthroughGate() *Sending {
	out := &Sending{TLS: SendsPlaintext, Auto: true, Rule: "3.4.3"}
	if len(c.port.Endpoints) == 0 {
		out.Because = "gate: a headless service without endpoints"
		return out
	}
	for i := range c.port.Endpoints {
		e := &c.port.Endpoints[i]
		switch {
		case !e.known:
			return &Sending{TLS: SendsUnknown, Auto: true, Rule: "1.13", Because: "headless: one endpoint without a sidecar would mean plaintext for all, and the input cannot tell whether " + e.String() + " has one"}
		case e.mode == "disabled":
			out.Because = "gate: headless, and " + e.String() + " has no sidecar: plaintext for all endpoints"
			return out
		}
	}
	return nil
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

// to is what is sent to one endpoint (3.4.4, 3.4.5).
func (c *call) to(e *Endpoint) Sending {
	switch {
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
		return Sending{TLS: SendsPlaintext, Auto: true, Rule: "3.4.4", Because: "auto mTLS: " + e.without()}
	}
	if mode, ok := c.rule.looseMode(c.subset, c.port.Number); ok {
		return c.loosely(mode)
	}
	mode := e.policyMode()
	if mode == Disable {
		return Sending{TLS: SendsPlaintext, Auto: true, Rule: "3.4.4", Because: "auto mTLS: the endpoint's port is DISABLE"}
	}
	return Sending{TLS: SendsIstioMutual, Auto: true, Rule: "3.4.4", Because: "auto mTLS: the endpoint has a sidecar and its port is " + mode.String()}
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

// policyMode is the mode that the policies set for the endpoint, whether or not
// the bytes reach its proxy: istiod does not know that (2.11).
func (e *Endpoint) policyMode() Mode {
	if e.Workload == nil {
		return Permissive
	}
	return e.Workload.in.forPort(e.Port).Mode
}

// without says why an endpoint counts as having no sidecar.
func (e *Endpoint) without() string {
	if e.mode != "disabled" {
		return fmt.Sprintf("label %s=%s on %s", tlsModeLabel, e.mode, e)
	}
	if e.Workload != nil && e.Workload.Membership.Dataplane == DataplaneGateway {
		return "gateways carry no " + tlsModeLabel + " label"
	}
	return "the endpoint has no sidecar"
}

// String names the endpoint in a sentence.
func (e *Endpoint) String() string {
	if e.Workload == nil {
		return e.Address
	}
	return e.Workload.Short()
}
