package resolve

import networkingapi "istio.io/api/networking/v1alpha3"

// explicit is what a DestinationRule's own tls sends to every endpoint (3.3.3).
func (c *Call) explicit() *Sending {
	tls, s := c.Setting.TLS, c.Setting
	if c.Class.Dataplane == DataplaneProxyless {
		return c.proxyless()
	}
	if tls == nil {
		return nil
	}
	out := &Sending{TLS: explicitTLS[tls.GetMode()], By: s.Rule.Ref, Field: s.field, Origin: s.Rule.Origin}
	cause := CauseRuleMode
	switch mutual := out.TLS == SendsMutual || out.TLS == SendsIstioMutual; {
	case mutual && c.replacesMutual():
		out.TLS, cause = SendsMutual, CauseFilesReplace
	case credentialOnSidecar(tls, s.Rule, c.Rule, c.Class.Dataplane):
		out.TLS, cause = SendsPlaintext, CauseCredentialOnSidecar
	case tls.GetMode() == networkingapi.ClientTLSSettings_MUTUAL && tls.GetCredentialName() == "" && (tls.GetClientCertificate() == "" || tls.GetPrivateKey() == ""):
		out.TLS, cause = SendsPlaintext, CauseMutualIncomplete
	case !modeWritten(s):
		cause = CauseRuleWithoutMode
	}
	out.Why = Because(cause, Details{By: s.Rule.Ref, Field: s.field, Text: tls.GetMode().String(), Name: c.Class.Certificates})
	return out
}

// modeWritten tells DISABLE from a tls that says no mode, which is the same to
// Istio and hardly ever meant.
func modeWritten(s tlsSetting) bool {
	if s.TLS.GetMode() != networkingapi.ClientTLSSettings_DISABLE || s.Rule.Origin.Lines == nil {
		return true
	}
	return s.Rule.Origin.Lines.Line(s.field.Child("mode")) > 0
}

func credentialOnSidecar(tls *networkingapi.ClientTLSSettings, by *DestinationRule, merged *MergedRule, d Dataplane) bool {
	if tls.GetCredentialName() == "" || d == DataplaneGateway || merged.first.HasSelector {
		return false
	}
	if len(tls.GetCredentialName()) > len("configmap://") && tls.GetCredentialName()[:len("configmap://")] == "configmap://" {
		return false
	}
	return by != nil && (tls.GetMode() == networkingapi.ClientTLSSettings_SIMPLE || tls.GetMode() == networkingapi.ClientTLSSettings_MUTUAL)
}

// proxyless gRPC clients know only an explicit ISTIO_MUTUAL (3.5.6).
func (c *Call) proxyless() *Sending {
	s := c.Setting
	if s.TLS != nil && s.TLS.GetMode() == networkingapi.ClientTLSSettings_ISTIO_MUTUAL {
		return &Sending{TLS: SendsIstioMutual, By: s.Rule.Ref, Field: s.field, Origin: s.Rule.Origin, Why: Because(CauseProxylessRule, Details{By: s.Rule.Ref, Field: s.field})}
	}
	return &Sending{TLS: SendsPlaintext, Why: Reason{Cause: CauseProxylessNoAuto}}
}
