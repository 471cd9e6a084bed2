package checks

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// RuleWithoutEffect finds DestinationRules with tls that no client ever uses (3.2,
// 6.8-6.12).
var RuleWithoutEffect = register(&analyze.Check{
	Code:      "MTLS0203",
	Name:      "rule-without-effect",
	Severity:  analyze.Warning,
	Needs:     []resolve.Kind{resolve.KindDestinationRule, resolve.KindWorkload},
	NeedsHost: true,
	Title:     "A DestinationRule that sets tls and that no client uses",
	Why: `istiod looks for a rule in the client's namespace, then in the service's, then in the root namespace, and stops at
the first place that has one; inside a place the most specific host wins, and of several rules for one host the oldest
policy. A rule in any other namespace is never used. A short host means a service of the rule's own namespace, and a
host with a dot is taken as it is: "pay.shop" is no service. The clients then send what auto mTLS or another rule says.`,
	Fix:  "move the rule beside the service, write the host's full name, or delete the rule",
	Docs: []string{"https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration"},
	Before: callsWorld + `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: PERMISSIVE}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay.shop
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
`,
	After: callsWorld + `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: PERMISSIVE}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay.shop.svc.cluster.local
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
`,
	Run: func(p *analyze.Pass) {
		var bundles []*bundle
		for _, r := range p.DestinationRules() {
			field, sets := setsTLS(r)
			if !sets {
				continue
			}
			if reach := p.Reach(r); !reach.Used && reach.Why != "" {
				bundles = bundled(bundles, r, field, reach)
			}
		}
		for _, b := range bundles {
			p.Report(b.finding())
		}
	},
})

// setsTLS finds the first tls of a rule, at any level.
func setsTLS(r *resolve.DestinationRule) (resolve.Field, bool) {
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
