package authz

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Admission is what AuthorizationPolicies make of a call that arrives. The zero value is that of
// a call on which none acts.
type Admission struct {
	// Judged is true where policies act on the call.
	Judged  bool
	Verdict Verdict
	// By are the policies that deny it: those that say DENY, or those that say ALLOW, none of
	// which lets the caller in; nil where it is not denied.
	By []*Policy
	// Waypoint is where they do, zero for the server.
	Waypoint resolve.Ref

	key string
}

// Denied reports a call that is refused whatever it asks for.
func (a *Admission) Denied() bool { return a.Judged && a.Verdict.Denied() }

// Depends reports a call of which more than the caller and the port decides, or of which nobody
// can tell.
func (a *Admission) Depends() bool { return a.Judged && a.Verdict == Depends }

// Key is equal for admissions that are the same.
func (a *Admission) Key() string {
	if a.key == "" {
		return fmt.Sprint(a.Judged, a.Verdict)
	}
	return a.key
}

// Admit says whether a call of a client is let in by the policies of its server, and of the
// waypoint that forwards it. What is broken before it arrives is not judged. client is who calls,
// nil for a caller of whom nothing is known.
func (c *Court) Admit(con *outbound.Connection, client *Identity) Admission {
	if con.Outcome.Verdict == resolve.VerdictBroken {
		return Admission{}
	}
	first, second := c.Through(con), c.Panel(con)
	switch {
	case first == nil && second == nil:
		return Admission{}
	case c.unread:
		return Admission{Judged: true}
	}
	before := Admission{}
	if first != nil {
		if before = first.atWaypoint(con, client); before.Denied() || second == nil {
			return before
		}
	}
	a := second.atServer(con, client)
	if before.Judged && !a.Denied() {
		a.Verdict = min(before.Verdict, a.Verdict) // Depends before Admitted
	}
	return a
}

// Nobody says whether a call without identity to a port is let in.
func (c *Court) Nobody(w *inbound.Workload, p *inbound.Port, verdict resolve.Verdict) Admission {
	panel := c.panels[w]
	switch {
	case panel == nil, verdict == resolve.VerdictBroken, p.Decision.Mode == resolve.None:
		return Admission{}
	case c.unread, !Guards(w):
		return Admission{Judged: true}
	}
	return panel.decide(Call{Port: p.Number, Filter: FilterOf(w, p.Protocol), Trust: namesOf(w)})
}

// decide is Judge with the policies that refuse.
func decide(policies []*Policy, call Call) Admission {
	a := Admission{Judged: true, Verdict: Judge(policies, call)}
	if !a.Verdict.Denied() {
		return a
	}
	var key strings.Builder
	fmt.Fprint(&key, a.Verdict)
	for _, p := range policies {
		if a.Verdict == DeniedByDeny && p.Action == Deny && p.Answer(call) == Always || a.Verdict == DeniedByAllow && p.Action == Allow {
			a.By = append(a.By, p)
			key.WriteByte(' ')
			key.WriteString(p.Ref.Path())
		}
	}
	a.key = key.String()
	return a
}
