package conformance

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// byZtunnel notes of which ports of an ambient member only the mode can be compared: ztunnel
// knows no protocols; and those whose mode nobody can tell.
func (o *ours) byZtunnel(m *member, x *inbound.Workload, ports []uint32) {
	if x.Membership.Dataplane != resolve.DataplaneAmbient {
		o.modes[m.String()] = map[uint32]string{0: "not in ambient: " + words.Because(x.Membership.Why)}
		return
	}
	for _, n := range ports {
		about := fmt.Sprint(m, " ", n)
		o.udp[about] = true
		o.ties[about] = x.Decision(int32(n)).Why.Cause == resolve.CauseAmbientTie
	}
}

// sent is what is sent, with what is inside of a tunnel.
func sent(s *resolve.Sending) string {
	if s.Inside != resolve.SendsUnknown {
		return s.TLS.String() + "+" + s.Inside.String()
	}
	return s.TLS.String()
}

func throughWaypoint(ref resolve.Ref) string { return waypointOf(ref.Namespace, ref.Name) }

// forwards notes what a waypoint sends on.
func (o *ours) forwards(con *outbound.Connection, key, at string) {
	name, s := throughWaypoint(con.Sends.Waypoint), con.Arrives()
	if s.Why.Cause == resolve.CauseWaypointDisplaced {
		o.ties[name+" -> "+con.Host.Name] = true // whose endpoints it gets is not followed
	}
	if s.Why.Cause == resolve.CauseWaypointToPod || con.Server == nil {
		return // a listener does that, no cluster of the Service; or there is nobody
	}
	if o.calls[name] == nil {
		o.calls[name] = calls{}
	}
	if o.calls[name][key] == nil {
		o.calls[name][key] = map[string]string{}
	}
	o.calls[name][key][at] = sent(s)
	o.why[fmt.Sprint(name, " ", key, " ", at)] = fmt.Sprintf("%s (rule %s)", words.Because(s.Reason()), words.Rule(s.Why))
}

// restricted are the calls of one side to what the other knows.
func restricted(theirs, mine calls) calls {
	out := calls{}
	for key := range mine {
		if theirs[key] != nil {
			out[key] = theirs[key]
		}
	}
	return out
}
