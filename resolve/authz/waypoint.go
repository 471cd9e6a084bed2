package authz

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// atWaypoint is what the policies of the waypoint that forwards a call make of it, the zero
// Admission where none does, or none is attached to it.
func (c *Court) atWaypoint(con *outbound.Connection, client *Identity) Admission {
	if len(con.Legs) == 0 {
		return Admission{}
	}
	through := con.Legs[len(con.Legs)-1].From
	policies := c.Set(con.Server.Workload).attached(through, con.Host.Ref)
	if len(policies) == 0 {
		return Admission{}
	}
	call := Call{Filter: protocolFilter(con.Port.Protocol), Trust: namesOf(con.Server.Workload)}
	switch con.Sends.TLS {
	case resolve.SendsHBONE, resolve.SendsIstioMutual:
		call.Identified, call.Who = true, client
	case resolve.SendsPlaintext:
	default:
		return Admission{Judged: true}
	}
	return decide(policies, call)
}

// attached are the policies that act at a waypoint on calls to a host: those that name it, the
// host's Service or ServiceEntry, or, in the root namespace, the class of waypoints.
func (s *Set) attached(waypoint, host resolve.Ref) (out []*Policy) {
	for _, ns := range slices.Compact(slices.Sorted(slices.Values([]string{waypoint.Namespace, host.Namespace, s.root}))) {
		in := s.spaces[ns]
		if in == nil {
			continue
		}
		for _, i := range in.targets {
			if p := s.all[i]; p.Acts() && slices.ContainsFunc(p.Targets, func(t target) bool { return s.attaches(p, t, waypoint, host) }) {
				out = append(out, p)
			}
		}
	}
	return out
}

func (s *Set) attaches(p *Policy, t target, waypoint, host resolve.Ref) bool {
	switch t.GetKind() {
	case "Gateway":
		return p.Ref.Namespace == waypoint.Namespace && t.GetName() == waypoint.Name
	case "GatewayClass":
		return p.Ref.Namespace == s.root
	case string(host.Kind):
		return p.Ref.Namespace == host.Namespace && t.GetName() == host.Name
	}
	return false
}
