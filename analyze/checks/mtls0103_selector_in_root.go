package checks

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// SelectorInRoot finds policies with a selector in the root namespace (2.2, 6.3).
var SelectorInRoot = register(&analyze.Check{
	Code:     "MTLS0103",
	Name:     "selector-in-root",
	Severity: analyze.Error,
	Open:     true,
	Needs:    []resolve.Kind{resolve.KindPeerAuthentication},
	Reads:    []resolve.Kind{resolve.KindMeshConfig},
	Title:    "A PeerAuthentication with a selector in the root namespace has no effect",
	Why: `An AuthorizationPolicy with a selector in the root namespace applies to pods of the whole mesh. A PeerAuthentication
does not: Istio ignores it, even for pods of the root namespace itself.`,
	Fix:      "create one policy in each namespace of the workloads to protect, or remove the selector to make the policy mesh-wide",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/security/peer_authentication/"},
	Controls: inTransit,
	Before: `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: pay, namespace: istio-system}
spec:
  selector:
    matchLabels: {app: pay}
  mtls: {mode: STRICT}
`,
	After: `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: pay, namespace: shop}
spec:
  selector:
    matchLabels: {app: pay}
  mtls: {mode: STRICT}
`,
	Run: func(p *analyze.Pass) {
		for _, pa := range p.PeerAuthentications() {
			if pa.Rejected == "" && pa.Scope == resolve.ScopeWorkload && pa.Ref.Namespace == p.RootNamespace() {
				p.Policy(pa, "spec.selector", "", "has no effect: with a selector in the root namespace %s it selects no workload, not even pods of %s", pa.Ref.Namespace, pa.Ref.Namespace)
			}
		}
	},
})
