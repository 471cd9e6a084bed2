package resolve

import (
	networkingapi "istio.io/api/networking/v1alpha3"
)

// explicit is what a DestinationRule's own tls sends to every endpoint (3.3.3).
func (c *call) explicit() *Sending {
	tls, s := c.setting.tls, c.setting
	if c.class.Dataplane == DataplaneProxyless {
		return c.proxyless()
	}
	if tls == nil {
		return nil
	}
	out := &Sending{TLS: explicitTLS[tls.GetMode()], By: s.rule.Ref, Field: s.field, Origin: s.rule.Origin}
	cause := CauseRuleMode
	switch mutual := out.TLS == SendsMutual || out.TLS == SendsIstioMutual; {
	case mutual && c.replacesMutual():
		out.TLS, cause = SendsMutual, CauseFilesReplace
	case credentialOnSidecar(tls, s.rule, c.rule, c.class.Dataplane):
		out.TLS, cause = SendsPlaintext, CauseCredentialOnSidecar
	case tls.GetMode() == networkingapi.ClientTLSSettings_MUTUAL && tls.GetCredentialName() == "" && (tls.GetClientCertificate() == "" || tls.GetPrivateKey() == ""):
		out.TLS, cause = SendsPlaintext, CauseMutualIncomplete
	case !modeWritten(s):
		cause = CauseRuleWithoutMode
	}
	out.Why = because(cause, Details{By: s.rule.Ref, Field: s.field, Text: tls.GetMode().String(), Name: c.class.certificates})
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
		return &Sending{TLS: SendsIstioMutual, By: s.rule.Ref, Field: s.field, Origin: s.rule.Origin, Why: because(CauseProxylessRule, Details{By: s.rule.Ref, Field: s.field})}
	}
	return &Sending{TLS: SendsPlaintext, Why: Reason{Cause: CauseProxylessNoAuto}}
}
