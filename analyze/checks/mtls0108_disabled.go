package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Disabled finds every place where mTLS is switched off.
var Disabled = register(&analyze.Check{
	Code:     "MTLS0108",
	Name:     "disabled",
	Severity: analyze.Warning,
	Needs:    []resolve.Kind{resolve.KindPeerAuthentication},
	Reads:    []resolve.Kind{resolve.KindWorkload},
	Title:    "DISABLE turns encryption and identity off",
	Why: `A DISABLE port takes plaintext only: nothing is encrypted, nobody is authenticated, and policies that name a
principal see none. PERMISSIVE serves the same plaintext clients and still gives the others mTLS, so DISABLE is
needed only where the sidecar must keep its hands off the bytes. For a whole namespace it also makes clients send
plaintext to workloads that are STRICT (3.4.2). Ambient does not honour it (2A.1).`,
	Fix:  "use PERMISSIVE, or keep DISABLE to the one port that needs it and write down why",
	Docs: []string{"https://istio.io/latest/docs/reference/config/security/peer_authentication/#PeerAuthentication-MutualTLS-Mode"},
	Before: `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: DISABLE}
`,
	After: `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: PERMISSIVE}
`,
	Run: func(p *analyze.Pass) {
		lost := losers(p.Workloads())
		for _, pa := range p.PeerAuthentications() {
			if pa.Rejected != "" || lost[pa.Ref] {
				continue
			}
			if pa.Mode == resolve.Disable {
				p.Policy(pa, pa.ModeField(), "", "turns mTLS off for %s", reach(pa))
			}
			for _, e := range pa.Ports {
				if e.Mode == resolve.Disable {
					p.Policy(pa, pa.PortField(e.Port), "", "turns mTLS off for port %d of %s", e.Port, reach(pa))
				}
			}
		}
	},
})

// losers are the policies that were looked at and apply to no workload at all.
func losers(workloads []*resolve.Workload) map[resolve.Ref]bool {
	lost := map[resolve.Ref]bool{}
	for _, w := range workloads {
		for _, s := range w.Chain.Steps {
			if before, seen := lost[s.By]; !seen || before {
				lost[s.By] = !s.Applies
			}
		}
	}
	return lost
}

// reach says how far a policy goes.
func reach(pa *resolve.PeerAuthentication) string {
	switch {
	case pa.Scope == resolve.ScopeMesh:
		return "the mesh"
	case pa.Scope == resolve.ScopeNamespace:
		return "namespace " + pa.Ref.Namespace
	case len(pa.Workloads) == 1:
		return pa.Workloads[0].Short()
	case len(pa.Workloads) == 0:
		return "whatever has " + pairs(pa.Selector)
	}
	return fmt.Sprintf("%d workloads (%s)", len(pa.Workloads), pairs(pa.Selector))
}
