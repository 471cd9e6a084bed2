package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// PermissiveByDefault finds namespaces that are PERMISSIVE because nobody said
// anything.
var PermissiveByDefault = register(&analyze.Check{
	Code:     "MTLS0109",
	Name:     "permissive-by-default",
	Severity: analyze.Info,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindNamespace, resolve.KindPeerAuthentication},
	Title:    "PERMISSIVE only because nothing is configured",
	Why: `Without any policy Istio accepts mTLS and plaintext on every port. Clients in the mesh use mTLS anyway (auto mTLS), but
any other client that reaches the pod is accepted without an identity. This is fine during a migration. Afterwards set
STRICT, or set PERMISSIVE to show that it is intended.`,
	Fix:      "add a PeerAuthentication for the namespace, or one for the mesh in the root namespace",
	Docs:     []string{"https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/"},
	Controls: inTransit,
	Before:   shopNamespace + plainWorkload + elsewherePolicy,
	After: shopNamespace + plainWorkload + `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
`,
	Run: func(p *analyze.Pass) {
		if len(p.PeerAuthentications()) == 0 {
			p.Workloads()
			p.Namespaces()
			return // MTLS0113 says it once
		}
		open := map[string][]*inbound.Workload{}
		for _, w := range p.Workloads() {
			if byDefault(w) && !p.AllExcepted(w) {
				open[w.Ref.Namespace] = append(open[w.Ref.Namespace], w)
			}
		}
		hidden := hiddenStrict(p)
		for _, ns := range sortedKeys(open) {
			w := open[ns][0]
			f := analyze.Finding{
				Object: resolve.Ref{Kind: resolve.KindNamespace, Name: ns}, Origin: originOf(p.Namespace(ns), w), Involved: []resolve.Ref{w.Ref},
				Affected: affectedWorkloads(open[ns]), Cause: analyze.Cause{Why: resolve.CauseNoPolicy},
			}
			f.Message = fmt.Sprintf("plaintext is accepted by %s of it, because no policy sets a mode, such as %s", workloads(len(open[ns])), w.Short())
			if refs := hidden[ns]; len(refs) > 0 {
				f.Severity, f.Involved, f.Cause, f.Confidence = analyze.Warning, append(f.Involved, refs...), undiscovered, asLabelled(p)
				f.Message = fmt.Sprintf("plaintext is accepted by %s of it, such as %s, although %s: %s", workloads(len(open[ns])), w.Short(), sayStrict(refs), leftOut(refs))
				f.Fix = fmt.Sprintf("add a label to %s that a discovery selector matches, or change meshConfig.discoverySelectors", namespacesIn(refs))
			}
			p.Report(f)
		}
	},
})

// elsewherePolicy says something about another namespace only.
const elsewherePolicy = `apiVersion: v1
kind: Namespace
metadata: {name: other, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: other}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: other}
spec:
  mtls: {mode: STRICT}
`

// originOf is the Namespace object's, or the workload's where there is none.
func originOf(ns *config.Namespace, w *inbound.Workload) resolve.Origin {
	if ns != nil && ns.Known {
		return ns.Origin
	}
	return w.Origin
}
