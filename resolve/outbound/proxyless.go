package outbound

import (
	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// proxyless is gRPC clients with Istio's agent and no Envoy: they know only an explicit
// ISTIO_MUTUAL (3.5.6).
type proxyless struct{ untunnelled }

func (proxyless) traits() traits { return traits{proxied: true, rules: true} }

func (proxyless) before(c *Call) *resolve.Sending { return c.beforeRules() }

func (proxyless) setting(c *Call) *resolve.Sending {
	s := c.Setting
	if s.TLS != nil && s.TLS.GetMode() == networkingapi.ClientTLSSettings_ISTIO_MUTUAL {
		return &resolve.Sending{TLS: resolve.SendsIstioMutual, By: s.Rule.Ref, Field: s.field, Origin: s.Rule.Origin, Why: resolve.Because(resolve.CauseProxylessRule, resolve.Details{By: s.Rule.Ref, Field: s.field})}
	}
	return &resolve.Sending{TLS: resolve.SendsPlaintext, Why: resolve.Reason{Cause: resolve.CauseProxylessNoAuto}}
}
