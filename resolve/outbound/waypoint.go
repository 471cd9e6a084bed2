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
	unseen := c.unseenConfig()
	if unseen != nil || c.Host.resolved {
		return unseen
	}
	switch other := c.displacing(); {
	case other == nil && c.Host.visibleTo(c.Class):
		return nil
	case other != nil && !other.resolved && other.Port(c.Port.Number) != nil && len(other.Port(c.Port.Number).Endpoints) > 0:
		return &resolve.Sending{TLS: resolve.SendsUnknown, Why: resolve.Because(resolve.CauseWaypointDisplaced, resolve.Details{By: c.Host.Ref, Other: other.Ref, Name: c.Host.Name})}
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
	_, keeps := c.passesThrough() // an address that no endpoint is chosen for
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

// displacing is the host of the same name that the waypoint gets in place of the one that is
// called, nil for none. Of one resolved by DNS istiod has no endpoints to tell it.
func (c *Call) displacing() *Host {
	if best := c.Side.hostFor(c.Host.Name, c.Class.Namespace, (*Host).beforeAtGateway, seenBy(c.Class)); best != c.Host {
		return best
	}
	return nil
}
