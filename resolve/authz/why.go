package authz

import (
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Step is a part of the reason why a call is let in or not, and where it is written.
type Step struct {
	Why resolve.Reason
	resolve.Place
}

// Why says why a call is let in or not, in the order in which it is decided; nil where no policy
// acts on it.
func (c *Court) Why(con *outbound.Connection, client *Identity) []Step {
	a := c.Admit(con, client)
	if !a.Judged {
		return nil
	}
	who, known, whose := c.showing(con, client, &a)
	d := resolve.Details{Name: who, Text: whose}
	switch {
	case c.unread:
		return []Step{{Why: resolve.Reason{Cause: resolve.CauseAdmissionUnread}}}
	case !known:
		return []Step{{Why: resolve.Because(resolve.CauseAdmissionUnsure, d)}}
	case a.Verdict == Admitted:
		return []Step{{Why: resolve.Because(resolve.CauseAdmitted, d)}}
	case a.Verdict == Depends:
		return []Step{{Why: resolve.Because(resolve.CauseAdmissionDepends, d)}}
	}
	cause := resolve.CauseDeniedByDeny
	if a.Verdict == DeniedByAllow {
		cause = resolve.CauseDeniedByAllow
	}
	var steps []Step
	for _, p := range a.By {
		d.By = p.Ref
		steps = append(steps, Step{resolve.Because(cause, d), resolve.Place{Origin: p.Origin, Field: "spec.action"}})
	}
	return steps
}

// showing names who calls as the proxy sees it that decides, and whose proxy that is.
func (c *Court) showing(con *outbound.Connection, client *Identity, a *Admission) (who string, known bool, whose string) {
	call := Call{Who: client, Identified: con.Sends.TLS != resolve.SendsPlaintext}
	known, whose = true, "waypoint "+a.Waypoint.Path()
	if a.Waypoint.IsZero() {
		call, known = arriving(con, client)
		whose = con.Server.Workload.Short()
	}
	switch {
	case call.Who != nil:
		return call.Who.String(), known, whose
	case call.Identified:
		return "a client with a certificate", known, whose
	}
	return "a client without an identity", known, whose
}
