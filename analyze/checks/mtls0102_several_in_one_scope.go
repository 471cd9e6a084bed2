package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// SeveralInOneScope finds policies that compete in one scope: one wins, the
// others are dropped whole (2.3, 6.2).
var SeveralInOneScope = register(&analyze.Check{
	Code:     "MTLS0102",
	Name:     "several-in-one-scope",
	Severity: analyze.Warning,
	Needs:    []resolve.Kind{resolve.KindPeerAuthentication},
	Local:    true,
	Title:    "Of several policies in one scope only the oldest applies",
	Why: `Istio applies one mesh-wide policy, one policy for each namespace and one for each workload: the oldest one, and with the
same age the one whose name sorts first. It ignores the other policies completely, with their modes and ports. Nothing is
merged, and re-creating a policy (a rename, a restored backup) can change which one applies.`,
	Fix:      "merge the policies, or delete the unwanted one",
	Docs:     []string{"https://istio.io/latest/docs/tasks/security/authentication/authn-policy/"},
	Controls: inTransit,
	Before: strictShop + `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: later, namespace: shop}
spec:
  mtls: {mode: PERMISSIVE}
`,
	After: `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
`,
	Run: func(p *analyze.Pass) {
		contests := map[string]*inbound.PeerAuthentication{}
		for _, pa := range p.PeerAuthentications() {
			if pa.Rejected != "" || pa.Scope == resolve.ScopeWorkload && pa.Ref.Namespace == p.RootNamespace() {
				continue
			}
			for _, contest := range contestsOf(p, pa) {
				winner, taken := contests[contest.key]
				if !taken {
					contests[contest.key] = pa
					continue
				}
				p.Report(analyze.Finding{
					Object: pa.Ref, Origin: pa.Origin, Subject: contest.key, Involved: []resolve.Ref{winner.Ref},
					Message: fmt.Sprintf("has no effect on %s: %s wins, %s (2.3)", contest.what, winner.Ref.Path(), winsBecause(winner, pa)),
				})
				break
			}
		}
	},
})

// contest is one scope in which policies compete.
type contest struct{ key, what string }

// contestsOf lists the scopes that a policy competes in. Policies arrive in
// Istio's order, so the first of a scope is its winner. A revision label makes
// policies of different control planes no rivals.
func contestsOf(p *analyze.Pass, pa *inbound.PeerAuthentication) []contest {
	rev := fmt.Sprint(pa.Revision, pa.HasRevision)
	switch pa.Scope {
	case resolve.ScopeMesh:
		return []contest{{"mesh " + rev, "the mesh"}}
	case resolve.ScopeNamespace:
		return []contest{{"namespace " + pa.Ref.Namespace + rev, "namespace " + pa.Ref.Namespace}}
	}
	var out []contest
	for _, w := range p.Mesh().Selected(pa) {
		out = append(out, contest{fmt.Sprint("workload ", w.Ref, w.Variant, rev), w.Short()})
	}
	return out
}

func winsBecause(winner, loser *inbound.PeerAuthentication) string {
	switch {
	case !winner.Created.Equal(loser.Created):
		return "it is older"
	case winner.Created.IsZero():
		return "by its name: the files have no creation timestamps, in a cluster the older policy wins"
	}
	return "both have the same age and its name sorts first"
}
