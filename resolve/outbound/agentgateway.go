package outbound

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// agentgateway is a gateway of the Gateway API that is no Envoy: istiod tells it of every service
// and of what each endpoint accepts, as it tells ztunnel. It reads no DestinationRule, no
// PeerAuthentication and no exportTo (3.5.7).
type agentgateway struct{}

func (agentgateway) traits() traits { return traits{proxied: true, unscoped: true} }

func (agentgateway) setting(*Call) *resolve.Sending { return nil }

func (agentgateway) before(c *Call) *resolve.Sending {
	c.Past = true
	return nil
}

func (a agentgateway) each(c *Call, e *Endpoint) (resolve.Sending, bool) {
	policy := c.Side.backendOf(c.Host, c.Port.Number, c.Class)
	tunnels, mesh := e.ztunnelTunnels(), e.Known && e.Label == meshLabel
	switch {
	case policy != nil && !tunnels && !mesh && e.Known:
		return resolve.Sending{TLS: resolve.SendsSimple, By: policy.Ref, Field: "spec.validation", Origin: policy.Origin, Why: resolve.Because(resolve.CauseAgentPolicy, resolve.Details{By: policy.Ref})}, true
	case policy != nil, c.foreignNetwork(e) != "", c.Host.Waypoint.Bound() && c.Side.ingressUses(c.Host):
		return a.unknown(e, resolve.Reason{}), true // its TLS inside of mTLS, other networks, waypoints: not known
	case tunnels:
		return resolve.Sending{TLS: resolve.SendsHBONE, Why: resolve.Because(resolve.CauseTunnel, resolve.Details{Base: e.tunnelWhy()})}, true
	case e.Workload != nil && e.Address == "" && e.Workload.Membership.Dataplane == resolve.DataplaneUnknown && !inbound.IsMachine(e.Workload.Ref.Kind):
		return a.unknown(e, e.Workload.Membership.Why), true
	case !e.Known:
		return a.unknown(e, e.why), true
	case mesh && c.plane().Has(release.AgentgatewayMTLS):
		return resolve.Sending{TLS: resolve.SendsIstioMutual, Why: resolve.Reason{Cause: resolve.CauseAgentMutual}}, true
	case mesh:
		return resolve.Sending{TLS: resolve.SendsPlaintext, Why: resolve.Reason{Cause: resolve.CauseAgentNoMutual}}, true
	}
	return resolve.Sending{TLS: resolve.SendsPlaintext, Why: resolve.Reason{Cause: resolve.CauseAgentPlain}}, true
}

func (agentgateway) unknown(e *Endpoint, base resolve.Reason) resolve.Sending {
	return resolve.Sending{TLS: resolve.SendsUnknown, Why: resolve.Because(resolve.CauseAgentUnknown, resolve.Details{Name: e.String(), Base: base})}
}

// backendOf is the rule of a BackendTLSPolicy for a host that sets TLS for a port, nil for none.
func (side *Side) backendOf(h *Host, port int32, c *ClientClass) *DestinationRule {
	for _, r := range side.rulesByNamespace[h.Namespace] {
		if r.Backend && r.FQDN == h.Name && (r.of == nil || r.of(c.plane)) && loose(port, r.TrafficPolicy()) != nil {
			return r
		}
	}
	return nil
}
