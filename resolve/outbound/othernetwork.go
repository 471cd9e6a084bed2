package outbound

import (
	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// beyond is the network of an endpoint that the client reaches through an east-west
// gateway, "" for one that it reaches directly: one in its own network or in none,
// in a network without gateway, or behind a cluster that keeps the address which
// the application chose (3.4.7). A client without a network goes through all gateways.
func (c *Call) beyond(e *Endpoint) string {
	n := &c.plane().Networks
	if c.Past || len(n.Gateways) == 0 || c.keepsAddress() {
		return ""
	}
	network := networkOfEndpoint(n, e)
	if _, gateway := n.Gateways[network]; !gateway || network == c.Class.network {
		return ""
	}
	return network
}

// keepsAddress reports a cluster that istiod sends no endpoints for.
func (c *Call) keepsAddress() bool {
	_, balancer := c.passesThrough()
	return (c.Host.Passthrough || balancer) && !c.edsForHeadless(balancer)
}

// across is what is sent to an endpoint where that has to pass an east-west gateway:
// the gateway finds the endpoint by the SNI of the mTLS, so istiod leaves out those
// for which mTLS is off (3.4.7).
func (c *Call) across(s resolve.Sending, e *Endpoint) resolve.Sending {
	network := c.beyond(e)
	if network == "" || s.TLS == resolve.SendsUnknown && s.Why.Cause == resolve.CauseZtunnelUnknown {
		return s
	}
	s.Through = network
	check := c.CheckedMutual(e)
	if check.on {
		return s
	}
	out := resolve.Sending{TLS: resolve.SendsNothing, Auto: s.Auto, Through: network, Why: resolve.Because(resolve.CauseLeftOut, resolve.Details{Name: network, Base: check.why})}
	switch {
	case check.unsure:
		out.TLS, out.Why = resolve.SendsUnknown, resolve.Because(resolve.CauseBeyondUnknown, resolve.Details{Name: network, Base: check.why})
	case check.Ruled && !s.Auto:
		out.By, out.Field, out.Origin = s.By, s.Field, s.Origin
	}
	return out
}

// mutualCheck is what istiod's endpoint check says: whether mTLS is on for an
// endpoint, and why not. ruled is true where a DestinationRule turned it off.
type mutualCheck struct {
	on, unsure, Ruled bool
	why               resolve.Reason
}

// CheckedMutual is whether istiod's endpoint check has mTLS on for an endpoint: by
// the loosely read rule (3.4.5), else by label and policy, and never without the
// label. It does not look at gates.
func (c *Call) CheckedMutual(e *Endpoint) mutualCheck {
	mode, ruled := c.Rule.looseMode(c.Subset, c.Port.Number)
	switch {
	case ruled && mode != networkingapi.ClientTLSSettings_ISTIO_MUTUAL:
		return mutualCheck{Ruled: true, why: resolve.Because(resolve.CauseCheckedByRule, resolve.Details{Text: mode.String()})}
	case !e.Known:
		return mutualCheck{unsure: true, why: resolve.Because(resolve.CauseCheckedUnknown, resolve.Details{Name: e.String()})}
	case e.Label != "istio":
		return mutualCheck{why: resolve.Because(resolve.CauseCheckedIncapable, resolve.Details{Base: e.capability().why})}
	case ruled:
		return mutualCheck{on: true}
	}
	switch c.endpointMode(e) {
	case resolve.Unknown:
		return mutualCheck{unsure: true, why: resolve.Reason{Cause: resolve.CauseCheckedPoliciesUnread}}
	case resolve.Disable:
		return mutualCheck{why: resolve.Reason{Cause: resolve.CauseCheckedDisabled}}
	}
	return mutualCheck{on: true}
}

// outcomeBeyond is what becomes of a call that cannot pass the gateway; ok is false
// for one that passes, and ends as it does without one.
func (c *Call) outcomeBeyond(s *resolve.Sending, e *Endpoint) (o resolve.Outcome, ok bool) {
	switch {
	case s.Through == "":
		return o, false
	case s.Why.Cause == resolve.CauseBeyondUnknown:
		return resolve.Outcome{Verdict: resolve.VerdictUnknown, Why: resolve.Because(resolve.CauseNetworkUnknown, resolve.Details{Base: s.Why}), Symptom: resolve.Symptom{}}, true
	case s.TLS == resolve.SendsNothing:
		return resolve.Outcome{Verdict: resolve.VerdictBroken, Why: resolve.Because(resolve.CauseNetworkLeftOut, resolve.Details{Name: e.String(), Text: s.Through}), Symptom: c.symptom(resolve.SymptomLeftOut, e, c.Port.Protocol)}, true
	case s.TLS == resolve.SendsPlaintext:
		return resolve.Outcome{Verdict: resolve.VerdictBroken, Why: resolve.Because(resolve.CausePlainToNetwork, resolve.Details{Text: s.Through}), Symptom: c.symptom(resolve.SymptomGatewayChain, e, c.Port.Protocol)}, true
	}
	return o, false
}
