package resolve

import (
	"fmt"

	networkingapi "istio.io/api/networking/v1alpha3"
)

// beyond is the network of an endpoint that the client reaches through an east-west
// gateway, "" for one that it reaches directly: one in its own network or in none,
// in a network without gateway, or behind a cluster that keeps the address which
// the application chose (3.4.7). A client without a network goes through all gateways.
func (c *call) beyond(e *Endpoint) string {
	n := &c.plane().networks
	if c.past || len(n.gateways) == 0 || c.keepsAddress() {
		return ""
	}
	network := n.of(e)
	if _, gateway := n.gateways[network]; !gateway || network == c.class.network {
		return ""
	}
	return network
}

// keepsAddress reports a cluster that istiod sends no endpoints for.
func (c *call) keepsAddress() bool {
	_, balancer := c.rule.passesThrough(c.subset, c.port.Number)
	return (c.host.Passthrough || balancer) && !c.edsForHeadless(balancer)
}

// across is what is sent to an endpoint where that has to pass an east-west gateway:
// the gateway finds the endpoint by the SNI of the mTLS, so istiod leaves out those
// for which mTLS is off (3.4.7).
func (c *call) across(s Sending, e *Endpoint) Sending {
	network := c.beyond(e)
	if network == "" || s.Rule == "3.5.3" {
		return s
	}
	s.Through = network
	check := c.checkedMutual(e)
	if check.on {
		s.Because += s.across()
		return s
	}
	out := Sending{TLS: SendsNothing, Auto: s.Auto, Through: network, Rule: "3.4.7",
		Because: fmt.Sprintf("the endpoint is in network %s, which is reached through a gateway with mTLS only: istiod leaves the endpoint out, since %s", network, check.why)}
	switch {
	case check.unsure:
		out.TLS = SendsUnknown
		out.Because = fmt.Sprintf("the endpoint is in network %s, which is reached through a gateway with mTLS only, and %s", network, check.why)
	case check.ruled && !s.Auto:
		out.By, out.Field, out.Origin = s.By, s.Field, s.Origin
	}
	return out
}

// across says which gateway is in between, "" for none.
func (s *Sending) across() string {
	if s.Through == "" {
		return ""
	}
	return ", through the east-west gateway of network " + s.Through
}

// mutualCheck is what istiod's endpoint check says: whether mTLS is on for an
// endpoint, and why not. ruled is true where a DestinationRule turned it off.
type mutualCheck struct {
	on, unsure, ruled bool
	why               string
}

// checkedMutual is whether istiod's endpoint check has mTLS on for an endpoint: by
// the loosely read rule (3.4.5), else by label and policy, and never without the
// label. It does not look at gates.
func (c *call) checkedMutual(e *Endpoint) mutualCheck {
	mode, ruled := c.rule.looseMode(c.subset, c.port.Number)
	switch {
	case ruled && mode != networkingapi.ClientTLSSettings_ISTIO_MUTUAL:
		return mutualCheck{ruled: true, why: "the DestinationRule says " + mode.String()}
	case !e.known:
		return mutualCheck{unsure: true, why: "the input cannot tell whether " + e.String() + " has a sidecar"}
	case e.mode != "istio":
		return mutualCheck{why: "it " + e.capability().Text}
	case ruled:
		return mutualCheck{on: true}
	}
	switch c.mesh.endpointMode(e, c.class.Revision) {
	case Unknown:
		return mutualCheck{unsure: true, why: "the policies of its port could not be read"}
	case Disable:
		return mutualCheck{why: "its port is DISABLE"}
	}
	return mutualCheck{on: true}
}

// outcomeBeyond is what becomes of a call that cannot pass the gateway; ok is false
// for one that passes, and ends as it does without one.
func (c *call) outcomeBeyond(s *Sending, e *Endpoint) (o Outcome, ok bool) {
	switch {
	case s.Through == "":
		return o, false
	case s.TLS == SendsUnknown && s.Rule == "3.4.7":
		return Outcome{VerdictUnknown, s.Because, "", "1.13"}, true
	case s.TLS == SendsNothing:
		return Outcome{VerdictBroken, e.String() + " is in network " + s.Through + ", which is reached through a gateway with mTLS only: istiod leaves the endpoint out",
			c.symptom(leftOut, e, c.port.Protocol), "3.4.7"}, true
	case s.TLS == SendsPlaintext:
		return Outcome{VerdictBroken, "plaintext to the east-west gateway of network " + s.Through + ", which takes mTLS only",
			c.symptom(gatewayChain, e, c.port.Protocol), "3.4.7"}, true
	}
	return o, false
}
