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
	Title:     "A DestinationRule stands in a namespace where nobody looks for it",
	Why: `Rules count from three places: the client's namespace, the service's and the root namespace. exportTo does not change
that: a rule of any other namespace, such as one for all rules of a team, is never used by anybody.`,
	Fix:      "move the rule to the namespace of the service, or to that of the clients that it is for",
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
