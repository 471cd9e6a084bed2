package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Undiscovered finds policies and rules in namespaces that discoverySelectors leave
// out (1.14).
var Undiscovered = register(&analyze.Check{
	Code:     "MTLS0111",
	Name:     "undiscovered",
	Severity: analyze.Warning,
	Needs:    []resolve.Kind{resolve.KindNamespace},
	Reads:    []resolve.Kind{resolve.KindPeerAuthentication, resolve.KindDestinationRule, resolve.KindSidecar, resolve.KindWorkload},
	Title:    "Policies and rules in a namespace that discoverySelectors leave out",
	Why: `With discoverySelectors in the mesh configuration istiod reads only namespaces whose labels match one of them. What
stands in the others does not exist for it: Services, and PeerAuthentications and DestinationRules too, even those of
the root namespace that are meant for the whole mesh. Nothing says so where they are applied.`,
	Fix:  "label the namespace so that a discovery selector matches, or change meshConfig.discoverySelectors",
	Docs: []string{"https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-discovery_selectors"},
	Before: selectiveWorld + `metadata: {name: shop}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay
  trafficPolicy:
    tls: {mode: DISABLE}
`,
	After: selectiveWorld + `metadata: {name: shop, labels: {mesh: "yes"}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay
  trafficPolicy:
    tls: {mode: DISABLE}
`,
	Run: func(p *analyze.Pass) {
		told := map[string]bool{}
		for ns, refs := range hiddenStrict(p) {
			if slices.ContainsFunc(p.Workloads(), func(w *resolve.Workload) bool { return w.Ref.Namespace == ns && byDefault(w) }) {
				for _, r := range refs { // MTLS0109 says it, with what it opens
					told[r.Namespace] = true
				}
			}
		}
		for _, ns := range p.Namespaces() {
			if !p.Hides(ns.Name) || told[ns.Name] {
				continue
			}
			if refs := unread(p, ns.Name); len(refs) > 0 {
				p.Report(analyze.Finding{
					Object: resolve.Ref{Kind: resolve.KindNamespace, Name: ns.Name}, Origin: ns.Origin, Field: "metadata.labels", Involved: refs,
					Message: fmt.Sprintf("discoverySelectors leave it out: istiod does not read %s (1.14)", some(refs)),
				})
			}
		}
	},
})

// unread are the policies and rules of a namespace.
func unread(p *analyze.Pass, namespace string) []resolve.Ref {
	var refs []resolve.Ref
	for _, kind := range []resolve.Kind{resolve.KindPeerAuthentication, resolve.KindDestinationRule, resolve.KindSidecar} {
		for _, o := range p.Objects(kind) {
			if o.Ref().Namespace == namespace {
				refs = append(refs, o.Ref())
			}
		}
	}
	return refs
}

// hiddenStrict are, by the namespace of the workloads that they are for, the STRICT
// policies that istiod does not see.
func hiddenStrict(p *analyze.Pass) map[string][]resolve.Ref {
	says := map[resolve.Ref]bool{}
	for _, pa := range p.PeerAuthentications() {
		says[pa.Ref] = pa.Undiscovered && pa.Rejected == "" && pa.Mode == resolve.Strict
	}
	hidden := map[string][]resolve.Ref{}
	for _, w := range p.Workloads() {
		for _, s := range w.Chain.Steps {
			if ns := w.Ref.Namespace; byDefault(w) && says[s.By] && !slices.Contains(hidden[ns], s.By) {
				hidden[ns] = append(hidden[ns], s.By)
			}
		}
	}
	return hidden
}

// byDefault reports whether plaintext reaches a workload because no policy speaks.
func byDefault(w *resolve.Workload) bool {
	return w.Default.Mode == resolve.Permissive && w.Default.Scope == resolve.ScopeDefault
}

func sayStrict(refs []resolve.Ref) string {
	if len(refs) == 1 {
		return "1 policy says STRICT (" + refs[0].Path() + ")"
	}
	return fmt.Sprintf("%d policies say STRICT (%s)", len(refs), some(refs))
}

func leftOut(refs []resolve.Ref) string {
	return fmt.Sprintf("discoverySelectors leave %s out (1.14)", namespacesIn(refs))
}

// namespacesIn names the namespaces of objects.
func namespacesIn(refs []resolve.Ref) string {
	var names []string
	for _, r := range refs {
		names = append(names, r.Namespace)
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) > 1 {
		return "namespaces " + strings.Join(names, ", ")
	}
	return "namespace " + names[0]
}

// some names the first few objects and counts the rest.
func some(refs []resolve.Ref) string {
	var names []string
	for _, r := range refs[:min(len(refs), maxExamples)] {
		names = append(names, r.String())
	}
	text := strings.Join(names, ", ")
	if more := len(refs) - maxExamples; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
