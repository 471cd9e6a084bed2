package outbound

import (
	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// sidecar is an Envoy beside the clients, or one that may be there: it sends what the rules
// and auto mTLS come to, to hosts that it knows and that it is not made to miss.
type sidecar struct{ envoyTunnels }

func (sidecar) traits() traits {
	return traits{proxied: true, rules: true, answers: true}
}

func (sidecar) setting(c *Call) *resolve.Sending { return c.explicit() }

func (sidecar) before(c *Call) *resolve.Sending { return c.beforeRules() }

// beforeRules is what a proxy with a scope sends where no DestinationRule is looked at (3.1).
func (c *Call) beforeRules() *resolve.Sending {
	why, past, sure := c.Class.bypass.past(c.Host, c.Port.Number)
	c.traceBypass(why, past, sure)
	if !sure {
		return &resolve.Sending{TLS: resolve.SendsUnknown, Why: why}
	}
	if past {
		return &resolve.Sending{TLS: resolve.SendsPlaintext, Why: why}
	}
	unseen := c.unseenConfig()
	if unseen == nil {
		unseen = c.unseenScope()
	}
	if unseen != nil {
		c.trace.note(nowhere, unseen.Why)
		return unseen
	}
	if s := c.perhapsHidden(); s != nil {
		c.trace.note(nowhere, s.Why)
		return s
	}
	k := c.Side.knows(c.Class, c.Host, c.Port.Number)
	c.traceKnown(k)
	if k.known {
		return nil
	}
	unknown := resolve.Details{Base: c.Side.why(k, c.Class, c.Host)}
	if c.Class.bypass.direct {
		return &resolve.Sending{TLS: resolve.SendsPlaintext, Why: resolve.Because(resolve.CauseLeavesDirectly, unknown)}
	}
	if c.Class.scope.registryOnly {
		return &resolve.Sending{TLS: resolve.SendsNothing, Why: resolve.Because(resolve.CauseHostRefused, unknown)}
	}
	if s := c.toAnywhere(unknown); s != nil {
		return s
	}
	return &resolve.Sending{TLS: resolve.SendsPlaintext, Why: resolve.Because(resolve.CauseHostPassed, unknown)}
}

// toAnywhere is what is sent to an unknown host by ALLOW_ANY_DYNAMIC_DNS with tls, nil where the
// call is passed through: TLS for the HTTP that the application speaks (3.1.3).
func (c *Call) toAnywhere(unknown resolve.Details) *resolve.Sending {
	tls := c.Class.scope.dynamic.GetTls()
	if tls.GetMode() == networkingapi.ClientTLSSettings_DISABLE || c.Port.Protocol.Class() == resolve.ClassTCP {
		return nil
	}
	by, at := c.plane().Writes("outboundTrafficPolicy")
	s := &resolve.Sending{TLS: resolve.ExplicitTLS[tls.GetMode()], By: by, Field: at.Field, Origin: at.Origin}
	unknown.Text = tls.GetMode().String()
	s.Why = resolve.Because(resolve.CauseHostByDNS, unknown)
	if c.Port.Protocol.Class() != resolve.ClassHTTP || tls.GetCredentialName() != "" {
		s.TLS, s.Why = resolve.SendsUnknown, resolve.Because(resolve.CauseHostPerhapsByDNS, unknown)
	}
	return s
}
