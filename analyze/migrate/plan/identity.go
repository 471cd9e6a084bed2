package plan

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
)

// identities waits for a look at AuthorizationPolicies of servers whose calls become mTLS
// by a wave: over plaintext there was no identity, so that a DENY of one never fired, and
// an ALLOW of everybody but one let all in (5.2, 5.3). Whether they match now, who calls
// decides, not the model of modes.
func (r *run) identities(w *Wave, d *diff.Diff, next *state) {
	policies := authz.New(next.mesh)
	if len(policies.All()) == 0 {
		return
	}
	seen := map[resolve.Ref]bool{}
	for i := range d.Calls {
		x := &d.Calls[i]
		if x.Was == nil || x.Is == nil || x.Was.Outcome.Verdict != resolve.VerdictPlaintext || x.Is.Outcome.Verdict != resolve.VerdictMTLS {
			continue
		}
		for _, e := range x.Servers {
			if e.Workload == nil || seen[e.Workload.Ref] {
				continue
			}
			seen[e.Workload.Ref] = true
			for _, p := range policies.On(e.Workload) {
				if turnsByIdentity(p) {
					w.wait(lookAt(p))
				}
			}
		}
	}
}

func lookAt(p *authz.Policy) Condition {
	return Condition{advise.Reason{
		Text: "its rules see identities once calls use mTLS: a DENY rule may begin to match, an ALLOW rule that excludes identities may stop matching", By: p.Ref, Position: p.Origin.At("spec"),
		Fix: "check that it allows all intended clients",
	}, 1, []resolve.Ref{p.Ref}}
}

// turnsByIdentity reports a policy that may refuse with an identity what it let in
// without one.
func turnsByIdentity(p *authz.Policy) bool {
	return slices.ContainsFunc(p.Rules, func(r *authz.Rule) bool {
		return p.Action == authz.Deny && len(r.Peers(false)) > 0 || p.Action == authz.Allow && len(r.Peers(true)) > 0
	})
}
