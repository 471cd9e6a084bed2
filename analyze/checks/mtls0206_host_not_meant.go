package checks

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// HostNotMeant finds rules whose short or half-written host means another name than the
// service's (3.2.1, 6.9).
var HostNotMeant = register(&analyze.Check{
	Code:      "MTLS0206",
	Name:      "host-not-meant",
	Severity:  analyze.Warning,
	Istioctl:  []string{"IST0174"},
	Needs:     []resolve.Kind{resolve.KindDestinationRule, resolve.KindWorkload},
	Reads:     []resolve.Kind{resolve.KindMeshConfig},
	NeedsHost: true,
	Title:     "The host of a DestinationRule is not the name of the intended service",
	Why: `A host without a dot is a service of the rule's own namespace: "pay" in namespace web is pay.web, not pay.shop. A host
with a dot is not expanded, so "pay.shop" is not a Kubernetes service for Istio, although DNS resolves it. Such a rule
applies to no client, and its tls has no effect.`,
	Fix:      "write the full name: <service>.<namespace>.svc.cluster.local",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/networking/destination-rule/#DestinationRule-host"},
	Controls: inTransit,
	Before: callsWorld + permissiveShop + `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay.shop
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
`,
	After: callsWorld + permissiveShop + payRuleOf("ISTIO_MUTUAL"),
	Run: func(p *analyze.Pass) {
		reportUnused(p, func(u unusedRule) bool { return u.reach.Unused == outbound.UnusedSpelling })
	},
})
