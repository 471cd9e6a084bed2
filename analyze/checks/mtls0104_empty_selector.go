package checks

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// EmptySelector finds selectors that select everything by accident (2.6, 6.4).
var EmptySelector = register(&analyze.Check{
	Code:     "MTLS0104",
	Name:     "empty-selector",
	Severity: analyze.Warning,
	Open:     true,
	Needs:    []resolve.Kind{resolve.KindPeerAuthentication},
	Reads:    []resolve.Kind{resolve.KindWorkload},
	Local:    true,
	Title:    "An empty selector makes the policy apply to the whole namespace",
	Why: `An empty selector ({}) and an empty matchLabels mean the same as no selector: the policy is namespace-wide, and mesh-wide in
the root namespace. A common reason is a selector with matchExpressions: Istio's schema does not have that field and the
API server removes it. In ambient such a policy in the root namespace is not mesh-wide at all (2A.4).`,
	Fix:      "add the labels of the workloads to select, or remove spec.selector to show that the whole namespace is intended",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/type/workload-selector/"},
	Controls: inTransit,
	Before: `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: pay, namespace: shop}
spec:
  selector: {}
  mtls: {mode: STRICT}
`,
	After: `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: pay, namespace: shop}
spec:
  mtls: {mode: STRICT}
`,
	Run: func(p *analyze.Pass) {
		for _, pa := range p.PeerAuthentications() {
			if !pa.EmptySelector || pa.Rejected != "" {
				continue
			}
			reach := "the whole namespace " + pa.Ref.Namespace
			if pa.Scope == resolve.ScopeMesh {
				reach = "the whole mesh"
			}
			var repair []analyze.Edit
			if !slices.ContainsFunc(p.Workloads(), func(w *inbound.Workload) bool { return readsSelector(pa, w) }) {
				repair = []analyze.Edit{{Object: pa.Ref, Verb: analyze.Remove, Field: "spec.selector"}}
			}
			p.Report(analyze.Finding{
				Object: pa.Ref, Origin: pa.Origin, Field: "spec.selector", Message: "its selector is empty: the policy applies to " + reach,
				Repair: repair,
			})
		}
	},
})

// readsSelector reports an ambient workload to which a policy means something else without its
// empty selector (2A.4, 2C.5).
func readsSelector(pa *inbound.PeerAuthentication, w *inbound.Workload) bool {
	return w.Membership.Dataplane == resolve.DataplaneAmbient && (pa.Scope == resolve.ScopeMesh || w.Ref.Namespace == pa.Ref.Namespace)
}
