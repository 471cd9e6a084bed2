package authz

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// forwarding is a waypoint that forwards calls to a host.
type forwarding struct {
	set            *Set
	waypoint, host resolve.Ref
}

// Through are the policies that act on a call at the waypoint that forwards it, nil where none
// does, or none is attached to it.
func (c *Court) Through(con *outbound.Connection) *Panel {
	if len(con.Legs) == 0 || con.Outcome.Verdict == resolve.VerdictBroken {
		return nil
	}
	key := forwarding{c.sets[c.mesh.Part(con.Client.Cluster)], con.Legs[len(con.Legs)-1].From, con.Host.Ref}
	if known, ok := c.attached.Load(key); ok {
		return known.(*Panel)
	}
	var panel *Panel
	if policies := key.set.attached(key.waypoint, key.host); len(policies) > 0 {
		panel = newPanel(policies)
	}
	known, _ := c.attached.LoadOrStore(key, panel)
	return known.(*Panel)
}

// Acts reports a policy that acts on a call, at its server or on the way there.
func (c *Court) Acts(p *Policy, con *outbound.Connection) bool {
	return c.Panel(con).has(p) || c.Through(con).has(p)
}

// atWaypoint is what the policies of the waypoint make of a call that it forwards. What its rules
// know as the port is not followed.
func (p *Panel) atWaypoint(con *outbound.Connection, client *Identity) Admission {
	call := Call{Filter: FilterAtWaypoint(con.Port.Protocol), Trust: []string{resolve.DefaultTrustDomain}}
	if con.Server != nil && con.Server.Workload != nil {
		call.Trust = namesOf(con.Server.Workload)
	}
	switch con.Sends.TLS {
	case resolve.SendsHBONE, resolve.SendsIstioMutual:
		call.Identified, call.Who = true, client
	case resolve.SendsPlaintext:
	default:
		return Admission{Judged: true}
	}
	a := p.decide(call)
	a.Waypoint = con.Legs[len(con.Legs)-1].From
	return a
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
			if p := s.all[i]; p.Acts() && s.Attaches(p, waypoint, host) {
				out = append(out, p)
			}
		}
	}
	return out
}

// Attaches reports a policy that is attached to a waypoint, or to a host behind it.
func (s *Set) Attaches(p *Policy, waypoint, host resolve.Ref) bool {
	return slices.ContainsFunc(p.Targets, func(t target) bool {
		switch t.GetKind() {
		case "Gateway":
			return p.Ref.Namespace == waypoint.Namespace && t.GetName() == waypoint.Name
		case "GatewayClass":
			return p.Ref.Namespace == s.root
		case string(host.Kind):
			return p.Ref.Namespace == host.Namespace && t.GetName() == host.Name
		}
		return false
	})
}
