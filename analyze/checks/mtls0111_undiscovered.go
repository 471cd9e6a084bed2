package checks

import (
	"fmt"

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
	Reads:    []resolve.Kind{resolve.KindPeerAuthentication, resolve.KindDestinationRule, resolve.KindSidecar, resolve.KindWorkload, resolve.KindMeshConfig},
	Title:    "Policies and rules in a namespace that discoverySelectors exclude",
	Why: `With discoverySelectors in the mesh configuration istiod reads only namespaces whose labels match one of them. Objects in
other namespaces do not exist for istiod: Services, PeerAuthentications and DestinationRules, even mesh-wide ones in the
root namespace. Nothing reports this when they are applied.`,
	Fix:      "add a label to the namespace that a discovery selector matches, or change meshConfig.discoverySelectors",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-discovery_selectors"},
	Controls: inTransit,
	Before: selectiveWorld + `metadata: {name: shop}
` + ruleOfShop,
	After: selectiveWorld + `metadata: {name: shop, labels: {mesh: "yes"}}
` + ruleOfShop,
	Run: func(p *analyze.Pass) {
		told := map[string]bool{}
		for _, refs := range hiddenStrict(p) {
			for _, r := range refs { // MTLS0109 says it, with what it opens
				told[r.Namespace] = true
			}
		}
		for _, ns := range p.Namespaces() {
			if !p.Hides(ns.Name) || told[ns.Name] {
				continue
			}
			if refs := unread(p, ns.Name); len(refs) > 0 {
				p.Report(analyze.Finding{
					Object: resolve.Ref{Kind: resolve.KindNamespace, Name: ns.Name}, Origin: ns.Origin, Field: "metadata.labels", Involved: refs, Affected: affectedObjects(refs), Cause: undiscovered, Confidence: asLabelled(p),
					Message: fmt.Sprintf("discoverySelectors exclude the namespace: istiod does not read %s (1.14)", some(refs)),
				})
			}
		}
	},
})

// undiscovered is what findings about namespaces that istiod does not look into have in common.
var undiscovered = analyze.Cause{Object: resolve.Ref{Kind: resolve.KindMeshConfig}, Field: "discoverySelectors", Why: resolve.CauseIgnoredUndiscovered}

// asLabelled is how sure it is that discoverySelectors leave a namespace out: kustomizations and
// charts that were read past often add the label.
func asLabelled(p *analyze.Pass) analyze.Confidence {
	if len(p.Unrendered) > 0 {
		return analyze.Likely
	}
	return analyze.Certain
}

const ruleOfShop = `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay
  trafficPolicy:
    tls: {mode: DISABLE}
`

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
