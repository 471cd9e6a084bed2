package outbound

import "github.com/mtlsctl/mtlsctl/resolve"

// waypoint forwards what was sent to it: it is no client of its own. It sends HBONE to who
// accepts it and has no other mTLS; a rule's SIMPLE or MUTUAL is for the endpoint, inside of the
// tunnel where there is one (2D.7).
type waypoint struct{}

func (waypoint) traits() traits {
	return traits{proxied: true, rules: true, relays: true, answers: true}
}

func (waypoint) before(c *Call) *resolve.Sending {
	if unseen := c.unseenConfig(); unseen != nil || c.Host.resolved || c.Host.VisibleTo(c.Class.Namespace) && !c.displaced() {
		return unseen
	}
	// istiod makes the cluster, and finds no endpoints of a host that the waypoint does not see
	return &resolve.Sending{TLS: resolve.SendsNothing, Why: resolve.Because(resolve.CauseWaypointBlind, resolve.Details{By: c.Host.Ref, Name: c.Class.Namespace})}
}

func (waypoint) setting(c *Call) *resolve.Sending {
	s := c.explicit()
	if s == nil || s.TLS != resolve.SendsSimple && s.TLS != resolve.SendsMutual {
		return nil
	}
	return s
}

func (waypoint) each(c *Call, e *Endpoint) (s resolve.Sending, ok bool) {
	_, keeps := c.Rule.PassesThrough(c.Subset, c.Port.Number) // an address that no endpoint is chosen for
	keeps = keeps || c.Host.Passthrough
	switch {
	case c.Past:
		return s, false
	case e.takesHBONE() && !keeps:
		return c.inTunnel(e, c.EveryEndpoint), true
	case c.EveryEndpoint != nil:
		return *c.EveryEndpoint, true
	case !e.Known && e.Workload != nil && e.Address == "":
		return resolve.Sending{TLS: resolve.SendsUnknown, Why: resolve.Because(resolve.CauseZtunnelUnknown, resolve.Details{Name: e.String(), Base: e.Workload.Membership.Why})}, true
	}
	return resolve.Sending{TLS: resolve.SendsPlaintext, Why: resolve.Reason{Cause: resolve.CauseWaypointPlain}}, true
}

// displaced reports a host in whose place the waypoint gets another of the same name, of which
// istiod has nothing to tell it behind the port: of one resolved by DNS it never has.
func (c *Call) displaced() bool {
	best := c.Side.hostFor(c.Host.Name, c.Class.Namespace, (*Host).beforeAtGateway)
	if best == nil || best == c.Host {
		return false
	}
	p := best.Port(c.Port.Number)
	return p == nil || best.resolved || len(p.Endpoints) == 0
}
