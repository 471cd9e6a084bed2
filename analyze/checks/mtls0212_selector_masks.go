package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// SelectorMasks finds rules with a workloadSelector that take the service's own rule from
// the clients which they do not select (3.2.8, 6.12).
var SelectorMasks = register(&analyze.Check{
	Code:      "MTLS0212",
	Name:      "selector-masks",
	Severity:  analyze.Warning,
	Needs:     []resolve.Kind{resolve.KindDestinationRule, resolve.KindWorkload},
	Reads:     []resolve.Kind{resolve.KindMeshConfig},
	NeedsHost: true,
	Title:     "A DestinationRule with a workloadSelector leaves the other clients of its namespace without any rule",
	Why: `The search for a rule ends in the client namespace as soon as that namespace has a rule for the host, even if the
workloadSelector of the rule does not select the client. Clients that are not selected get no rule at all: rules of the
service namespace and of the root namespace are no longer considered.`,
	Fix:      "add a rule for the host without workloadSelector to the same namespace",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/networking/destination-rule/#DestinationRule-workload_selector"},
	Controls: inTransit,
	Before:   callsWorld + permissiveShop + farWorld + payRuleOf("ISTIO_MUTUAL") + "---\n" + selectiveRule,
	After: callsWorld + permissiveShop + farWorld + payRuleOf("ISTIO_MUTUAL") + "---\n" + selectiveRule + `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: far}
spec:
  host: pay.shop.svc.cluster.local
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
`,
	Run: func(p *analyze.Pass) {
		for _, r := range p.DestinationRules() {
			if !r.HasSelector {
				continue
			}
			var lost []outbound.Displaced
			for _, d := range p.Displaces(r) {
				if d.Masked {
					lost = append(lost, d)
				}
			}
			if len(lost) > 0 {
				p.Report(masks(p, r, lost))
			}
		}
	},
})

const selectiveRule = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: slow, namespace: far}
spec:
  host: pay.shop.svc.cluster.local
  workloadSelector: {matchLabels: {app: slow}}
  trafficPolicy:
    connectionPool: {tcp: {maxConnections: 1}}
`

func masks(p *analyze.Pass, r *outbound.DestinationRule, lost []outbound.Displaced) analyze.Finding {
	first := lost[0]
	f := analyze.Finding{Object: r.Ref, Origin: r.Origin, Field: "spec.workloadSelector"}
	f.Message = fmt.Sprintf("it does not select %s, but hides %s from it: no tls instead of %s at %s:%d (3.2.8)",
		clientsOf(first.Clients), first.Rule.Ref, first.Ports[0].Lost, shortHost(first.Host), first.Ports[0].Number)
	if len(lost) > 1 {
		f.Message += fmt.Sprintf("; and %d more rules", len(lost)-1)
	}
	for _, d := range lost {
		f.Involved = append(f.Involved, d.Rule.Ref)
	}
	if len(lost) <= maxExamples {
		f.Repair = repeated(p, r, lost)
	}
	return f
}
