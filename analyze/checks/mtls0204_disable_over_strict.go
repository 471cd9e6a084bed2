package checks

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// DisableOverStrict finds a DISABLE for a namespace or the mesh with STRICT below
// it: clients look at the wide policy only (3.4.2, 6.6, istio/istio#56084).
var DisableOverStrict = register(&analyze.Check{
	Code:      "MTLS0204",
	Name:      "disable-over-strict",
	Severity:  analyze.Error,
	Blocks:    true,
	Needs:     []resolve.Kind{resolve.KindPeerAuthentication, resolve.KindWorkload},
	NeedsHost: true,
	Title:     "DISABLE for the namespace or mesh makes clients send plaintext to a STRICT port below it",
	Why: `Auto mTLS first checks the namespace-wide or mesh-wide policy of the service's namespace. If that policy is DISABLE, the
clients send plaintext to all services of the namespace, and the policies of workloads and ports are not considered. If one
of these is STRICT, the server rejects every call. Known as istio/istio#56084.`,
	Fix:      "make the wider policy PERMISSIVE, or send mTLS to the STRICT service with a DestinationRule (mode: ISTIO_MUTUAL)",
	Docs:     []string{"https://github.com/istio/istio/issues/56084"},
	Controls: available,
	With:     []string{"MTLS0108"},
	Before: callsWorld + `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: DISABLE}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: pay, namespace: shop}
spec:
  selector:
    matchLabels: {app: pay}
  mtls: {mode: STRICT}
`,
	After: callsWorld + permissiveShop + `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: pay, namespace: shop}
spec:
  selector:
    matchLabels: {app: pay}
  mtls: {mode: STRICT}
`,
	Run: func(p *analyze.Pass) {
		p.PeerAuthentications()
		causes := causesOf(p, func(c outbound.Connection) bool {
			return c.Sends.Auto && c.Outcome.Verdict == resolve.VerdictBroken && c.Sends.By.Kind == resolve.KindPeerAuthentication
		})
		for _, cause := range causes {
			f := cause.finding("makes clients send plaintext")
			if gateOpens(p, cause.some[0].Connection) {
				f.Repair = []analyze.Edit{{Object: f.Object, Verb: analyze.Set, Field: f.Field, Value: "PERMISSIVE"}}
			}
			p.Report(f)
		}
	},
})
