package checks

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// behindWaypoint is an ambient workload in front of which a waypoint stands, by a host.
type behindWaypoint struct {
	host     *outbound.Host
	workload *inbound.Workload
	waypoint *config.Waypoint
}

// behindWaypoints are all of them, each workload once for each waypoint, in the order of hosts.
func behindWaypoints(p *analyze.Pass) []behindWaypoint {
	var out []behindWaypoint
	seen := map[behindWaypoint]bool{}
	for _, h := range p.Mesh().Hosts() {
		if !h.Waypoint.Bound() || h.Passthrough {
			continue
		}
		for i := range h.Ports {
			for _, e := range h.Ports[i].Endpoints {
				key := behindWaypoint{nil, e.Workload, h.Waypoint.Waypoint}
				if e.Captured() && !seen[key] {
					seen[key] = true
					out = append(out, behindWaypoint{h, e.Workload, h.Waypoint.Waypoint})
				}
			}
		}
	}
	return out
}

// call is one that comes through the waypoint, as ztunnel sees it: from the service account of the
// waypoint's pods (2D.8).
func (b behindWaypoint) call() authz.Call {
	names := []string{resolve.DefaultTrustDomain}
	if t := b.workload.Trust; t != nil {
		names = t.Names()
	}
	return authz.Call{Filter: authz.Ztunnel, Identified: true, Who: authz.NewIdentity(names[0], b.waypoint.Ref.Namespace, b.waypoint.Account), Trust: names}
}

// ofZtunnel are the ALLOW policies that ztunnel enforces for a workload.
func ofZtunnel(set *authz.Set, w *inbound.Workload) []*authz.Policy {
	return slices.DeleteFunc(set.On(w), func(p *authz.Policy) bool { return p.Action != authz.Allow || len(p.Targets) > 0 })
}
