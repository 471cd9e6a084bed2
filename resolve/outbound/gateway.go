package outbound

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// gateway is a proxy that stands alone: no Sidecar resource limits it (3.1.2).
type gateway struct{ envoyTunnels }

func (gateway) traits() traits {
	return traits{proxied: true, rules: true, gateway: true, answers: true}
}

func (gateway) setting(c *Call) *resolve.Sending { return c.explicit() }

func (gateway) before(c *Call) *resolve.Sending {
	out := c.beforeRules()
	_, keeps := c.passesThrough() // an address that the application chose
	if b := c.Host.Waypoint; out == nil && !keeps && b.Bound() && (c.Host.Kubernetes || c.Host.hasAddress(c.plane())) && !c.Host.resolved && c.Side.ingressUses(c.Host) {
		c.waypoint = b
	}
	return out
}

// ingressUses reports a host to which gateways go through its waypoint (2D.5).
func (side *Side) ingressUses(h *Host) bool {
	return side.In.Waypoints.IngressUses(config.Bindable{Ref: h.Ref, Labels: h.Labels})
}
