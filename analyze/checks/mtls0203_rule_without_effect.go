package checks

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// RuleWithoutEffect finds DestinationRules with tls that no client ever uses (3.2,
// 6.8-6.12).
var RuleWithoutEffect = register(&analyze.Check{
	Code:      "MTLS0203",
	Name:      "rule-without-effect",
	Severity:  analyze.Warning,
	Needs:     []resolve.Kind{resolve.KindDestinationRule, resolve.KindWorkload},
	Reads:     []resolve.Kind{resolve.KindMeshConfig},
	NeedsHost: true,
	Title:     "A DestinationRule with tls that no client uses",
	Why: `istiod looks for a rule in the client namespace, then in the service namespace, then in the root namespace, and stops at
the first namespace that has one; within a namespace the most specific host wins. A rule has no effect if it is not exported
to the clients, if another rule comes before it, or if its host is not a service of the mesh: clients then use auto mTLS or
another rule.`,
	Fix:      "export the rule to its clients, move its tls to the rule that comes first, or delete it",
	Docs:     []string{"https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration"},
	Controls: inTransit,
	Before: callsWorld + permissiveShop + farWorld + `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay
  exportTo: [elsewhere]
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
`,
	After: callsWorld + permissiveShop + farWorld + `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay
  exportTo: [".", far]
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
`,
	Run: func(p *analyze.Pass) {
		reportUnused(p, func(u unusedRule) bool { return !saidElsewhere(p, u) })
	},
})

// setsTLS finds the first tls of a rule, at any level.
func setsTLS(r *outbound.DestinationRule) (resolve.Field, bool) {
	policy := r.Spec().GetTrafficPolicy()
	if policy.GetTls() != nil {
		return "spec.trafficPolicy.tls", true
	}
	for i, e := range policy.GetPortLevelSettings() {
		if e.GetTls() != nil {
			return resolve.Path("spec", "trafficPolicy", "portLevelSettings").Index(i).Child("tls"), true
		}
	}
	for i, s := range r.Spec().GetSubsets() {
		if s.GetTrafficPolicy().GetTls() != nil {
			return resolve.Path("spec", "subsets").Index(i).Child("trafficPolicy").Child("tls"), true
		}
	}
	return "", false
}
