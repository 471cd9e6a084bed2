package outbound

import "github.com/mtlsctl/mtlsctl/resolve"

// waypoint forwards what was sent to it: it is no client of its own. It sends HBONE to who
// accepts it and has no other mTLS; a rule's SIMPLE or MUTUAL is for the endpoint, inside of the
// tunnel where there is one (2D.7).
type waypoint struct{}

func (waypoint) traits() traits {
	return traits{proxied: true, rules: true, relays: true, answers: true}
}

func (waypoint) before(c *Call) *resolve.Sending { return c.unseenConfig() }

func (waypoint) told(c *Call) *resolve.Sending {
	s := c.explicit()
	if s == nil || s.TLS != resolve.SendsSimple && s.TLS != resolve.SendsMutual {
		return nil
	}
	return s
}

func (waypoint) each(c *Call, e *Endpoint) (s resolve.Sending, ok bool) {
	switch {
	case c.Past:
		return s, false
	case e.takesHBONE() && (c.Host.Kubernetes || !c.Host.Passthrough):
		return c.inTunnel(e, c.Whole), true
	case c.Whole != nil:
		return *c.Whole, true
	case !e.Known && e.Workload != nil && e.Address == "":
		return resolve.Sending{TLS: resolve.SendsUnknown, Why: resolve.Because(resolve.CauseZtunnelUnknown, resolve.Details{Name: e.String(), Base: e.Workload.Membership.Why})}, true
	}
	return resolve.Sending{TLS: resolve.SendsPlaintext, Why: resolve.Reason{Cause: resolve.CauseWaypointPlain}}, true
}
