package inbound

import "github.com/mtlsctl/mtlsctl/resolve"

// waypoint takes tunnels only, and those are always mTLS (2.16).
type waypoint struct{}

func (waypoint) serves(d *decider, p *Port) resolve.Decision {
	if p != nil && p.Number == resolve.HBONEPort {
		return resolve.Decision{Mode: resolve.Strict, Scope: resolve.ScopeDataplane, Why: resolve.Reason{Cause: resolve.CauseWaypointTunnel}}
	}
	return d.none(resolve.Reason{Cause: resolve.CauseWaypointPort})
}

func (waypoint) listed() bool { return false }

func (waypoint) shaped() bool { return false }

func (waypoint) own(port, status int32) bool { return proxyOwn(port, status) }
