package checks

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// RuleInThirdNamespace finds rules that stand where nobody looks (3.2.3, 6.9).
var RuleInThirdNamespace = register(&analyze.Check{
	Code:      "MTLS0226",
	Name:      "rule-in-third-namespace",
	Severity:  analyze.Warning,
	Needs:     []resolve.Kind{resolve.KindDestinationRule, resolve.KindWorkload},
	Reads:     []resolve.Kind{resolve.KindMeshConfig},
	NeedsHost: true,
	Title:     "A DestinationRule is in a namespace where Istio does not look for it",
	Why: `Istio looks for rules in three namespaces: the client namespace, the service namespace and the root namespace. exportTo does
not change that: Istio never uses a rule in any other namespace, such as a team's namespace for all of its rules.`,
	Fix:      "move the rule to the namespace of the service, or to the namespace of its clients",
	Docs:     []string{"https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration"},
	Controls: inTransit,
	Before: callsWorld + permissiveShop + `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: rules}
spec:
  host: pay.shop.svc.cluster.local
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
`,
	After: callsWorld + permissiveShop + payRuleOf("ISTIO_MUTUAL"),
	Run: func(p *analyze.Pass) {
		reportUnused(p, func(u unusedRule) bool { return u.reach.Unused == outbound.UnusedPlace })
	},
})
