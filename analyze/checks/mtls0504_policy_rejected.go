package checks

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// PolicyRejected finds AuthorizationPolicies that Istio's validation refuses (5.5).
var PolicyRejected = register(&analyze.Check{
	Code:     "MTLS0504",
	Name:     "authorization-rejected",
	Severity: analyze.Error,
	Istioctl: []string{"IST0106"},
	Reads:    []resolve.Kind{resolve.KindAuthorizationPolicy, resolve.KindMeshConfig},
	Controls: access,
	Local:    true,
	Alone:    true,
	Title:    "An AuthorizationPolicy that Istio's validation rejects has no effect",
	Why: `The webhook rejects what istiod cannot enforce: CUSTOM cannot use identities, one source cannot combine service accounts
with principals or namespaces, a DENY policy without rules would never match. kubectl apply fails, often in the middle of a
pipeline, and the previous state stays: an older version, or no policy at all.`,
	Fix: "change it until istioctl validate accepts it",
	Docs: []string{
		"https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source",
		"https://istio.io/latest/docs/reference/config/security/authorization-policy/#AuthorizationPolicy-Action",
	},
	Before: `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: pay, namespace: shop}
spec:
  rules:
    - from: [{source: {serviceAccounts: [web], namespaces: [batch]}}]
`,
	After: `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: pay, namespace: shop}
spec:
  rules:
    - from: [{source: {serviceAccounts: [web]}}, {source: {namespaces: [batch]}}]
`,
	Run: func(p *analyze.Pass) {
		for _, policy := range p.AuthorizationPolicies().All() {
			for _, r := range policy.Rejected {
				p.Report(analyze.Finding{
					Object: policy.Ref, Origin: policy.Origin, Field: r.Field, Fix: r.Fix,
					Message: "Istio's validation rejects it, so it is not applied: " + r.Why,
				})
			}
		}
	},
})
