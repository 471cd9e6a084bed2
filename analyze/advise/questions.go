package advise

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// inMesh: are the server and all of its clients in the mesh?
func (a *Advice) inMesh() (Answer, []Reason) {
	switch {
	case len(a.Obstacles) > 0:
		return No, reasons(a.Obstacles)
	case len(a.Open)+len(a.Wait) > 0:
		return Unknown, slices.Concat(a.Open, a.Wait)
	case a.Port.Decision.Mode == resolve.Strict:
		return Yes, []Reason{{Text: "the port already rejects plaintext", By: a.Port.Decision.By, Position: a.Port.Decision.Position()}}
	case len(a.Callers) == 0:
		return Yes, []Reason{{Text: "no call was observed, and none is declared"}}
	}
	var out []Reason
	for _, c := range a.Callers {
		out = append(out, c.reason())
	}
	return Yes, out
}

// migrating: can everybody who is outside come in? One who cannot decides.
func (a *Advice) migrating() (Answer, []Reason) { return worst(a.Obstacles) }

func worst(all []Obstacle) (Answer, []Reason) {
	for _, answer := range []Answer{No, Unknown} {
		if found := having(all, func(o Obstacle) bool { return o.Joins == answer }); len(found) > 0 {
			return answer, reasons(found)
		}
	}
	var out []Reason
	for _, o := range all {
		out = append(out, Reason{Text: o.Fix, By: o.By, Position: o.Position})
	}
	return Yes, out
}

// special: is it this port only that somebody outside needs?
func (a *Advice) special() (Answer, []Reason) {
	staying := having(a.Obstacles, func(o Obstacle) bool { return o.Joins == No })
	others := having(staying, func(o Obstacle) bool { return !o.Special })
	server := slices.ContainsFunc(others, func(o Obstacle) bool { return o.Kind == NoSidecarEver || o.Kind == Exempt })
	switch apart := a.apart(); {
	case len(others) > 0 && !server && apart != "":
		return Yes, append([]Reason{{Text: apart}}, reasons(others)...)
	case len(others) > 0:
		return No, reasons(others)
	}
	if open := having(a.Obstacles, func(o Obstacle) bool { return o.Joins == Unknown }); len(open) > 0 {
		return Unknown, reasons(open)
	}
	return Yes, reasons(staying)
}

// legacy: is the server one that cannot take part in mTLS?
func (a *Advice) legacy() (Answer, []Reason) {
	var out []Reason
	for _, o := range a.Obstacles {
		if o.Kind == NoSidecarEver || o.Kind == Exempt {
			out = append(out, o.Reason)
		}
	}
	switch p := a.Port.Protocol; {
	case p == resolve.ProtocolMySQL:
		out = append(out, Reason{Text: fmt.Sprintf("its protocol is %s: the server sends first, so a PERMISSIVE port cannot distinguish plaintext from TLS", p)})
	case p == resolve.ProtocolTLS || p == resolve.ProtocolHTTPS:
		out = append(out, Reason{Text: fmt.Sprintf("its protocol is %s: the application uses its own TLS", p)})
	}
	if len(out) == 0 && a.Workload.Membership.Dataplane == resolve.DataplaneUnknown {
		return Unknown, []Reason{{Text: "the input does not show whether the server has a sidecar: " + words.Because(a.Workload.Membership.Why), Fix: "add its Namespace and its pods to the input"}}
	}
	if len(out) == 0 {
		return No, []Reason{{Text: "the server has a sidecar, or can have one, and its protocol works with both mTLS and plaintext"}}
	}
	return Yes, out
}

func having(all []Obstacle, keep func(Obstacle) bool) []Obstacle {
	return slices.DeleteFunc(slices.Clone(all), func(o Obstacle) bool { return !keep(o) })
}

func reasons(all []Obstacle) []Reason {
	out := make([]Reason, 0, len(all))
	for _, o := range all {
		out = append(out, o.Reason)
	}
	return out
}
