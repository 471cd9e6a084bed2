package checks

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// RuleAgainstPolicy finds rules for Services of other repositories that send what the
// policies at hand refuse (3.3.3, 4).
var RuleAgainstPolicy = register(&analyze.Check{
	Code:     "MTLS0229",
	Name:     "rule-against-policy",
	Severity: analyze.Error,
	Blocks:   true,
	Needs:    []resolve.Kind{resolve.KindDestinationRule},
	Reads:    []resolve.Kind{resolve.KindPeerAuthentication, resolve.KindService, resolve.KindServiceEntry, resolve.KindWorkload},
	Title:    "A DestinationRule contradicts the PeerAuthentications of its Service's namespace",
	Why: `A repository with only Istio configuration has no Services and no workloads to check its DestinationRules against. The
policies of the Service's namespace and of the mesh still decide what a port accepts, unless a policy with a selector
overrides them: plaintext and TLS without Istio's certificate fail at a STRICT port, Istio mTLS fails at a DISABLE port.
The finding is likely, not certain: a workload without a sidecar accepts plaintext whatever the policies are.`,
	Fix:      "delete the tls section so that auto mTLS applies",
	Docs:     []string{"https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule"},
	Controls: available,
	Before: strictShop + `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay
  trafficPolicy:
    tls: {mode: DISABLE}
`,
	After: strictShop + `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
`,
	Run: func(p *analyze.Pass) {
		policies := p.PeerAuthentications()
		for _, u := range p.Unhosted() {
			for _, c := range contradictions(p.Mesh(), &u, policies) {
				p.Report(c.finding())
			}
		}
	},
})
