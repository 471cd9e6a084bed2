package outbound

import (
	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// explicit is what a DestinationRule's own tls sends to every endpoint (3.3.3).
func (c *Call) explicit() *resolve.Sending {
	tls, s := c.Setting.TLS, c.Setting
	if tls == nil {
		return nil
	}
	out := &resolve.Sending{TLS: resolve.ExplicitTLS[tls.GetMode()], By: s.Rule.Ref, Field: s.field, Origin: s.Rule.Origin}
	cause := resolve.CauseRuleMode
	switch mutual := out.TLS == resolve.SendsMutual || out.TLS == resolve.SendsIstioMutual; {
	case mutual && c.replacesMutual():
		out.TLS, cause = resolve.SendsMutual, resolve.CauseFilesReplace
	case c.Class.Dataplane != resolve.DataplaneWaypoint && credentialOnSidecar(tls, s.Rule, c.Rule, c.Class.traits().gateway):
		out.TLS, cause = resolve.SendsPlaintext, resolve.CauseCredentialOnSidecar
	case tls.GetMode() == networkingapi.ClientTLSSettings_MUTUAL && tls.GetCredentialName() == "" && (tls.GetClientCertificate() == "" || tls.GetPrivateKey() == ""):
		out.TLS, cause = resolve.SendsPlaintext, resolve.CauseMutualIncomplete
	case !modeWritten(s):
		cause = resolve.CauseRuleWithoutMode
	}
	out.Why = resolve.Because(cause, resolve.Details{By: s.Rule.Ref, Field: s.field, Text: tls.GetMode().String(), Name: c.Class.Certificates})
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

func credentialOnSidecar(tls *networkingapi.ClientTLSSettings, by *DestinationRule, merged *MergedRule, gateway bool) bool {
	if tls.GetCredentialName() == "" || gateway || merged.first.HasSelector {
		return false
	}
	if len(tls.GetCredentialName()) > len("configmap://") && tls.GetCredentialName()[:len("configmap://")] == "configmap://" {
		return false
	}
	return by != nil && (tls.GetMode() == networkingapi.ClientTLSSettings_SIMPLE || tls.GetMode() == networkingapi.ClientTLSSettings_MUTUAL)
}
