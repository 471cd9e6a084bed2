package checks

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// IstioMutualRefused finds rules that make clients send Istio mTLS to endpoints
// that do not understand it (3.3.3, 6.16).
var IstioMutualRefused = register(&analyze.Check{
	Code:      "MTLS0202",
	Name:      "istio-mutual-refused",
	Severity:  analyze.Error,
	Needs:     []resolve.Kind{resolve.KindDestinationRule, resolve.KindWorkload},
	NeedsHost: true,
	Title:     "ISTIO_MUTUAL is sent to an endpoint without a sidecar, or to a DISABLE port",
	Why: `An explicit ISTIO_MUTUAL applies to every endpoint of the host, with or without a sidecar: auto mTLS no longer decides for
each endpoint. An application without a proxy receives a TLS handshake that it does not expect. The usual reason is a rule
for * or *.local that was added to turn mTLS on. With auto mTLS such a rule is not needed.`,
	Fix:      "delete the rule's tls (auto mTLS sends mTLS to every endpoint that accepts it), or narrow its host",
	Docs:     []string{"https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/#auto-mtls"},
	Controls: available,
	Before: `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web, sidecar.istio.io/inject: "true"}}
    spec: {containers: [{name: web}]}
---
` + payWorkload + payService + permissiveShop + `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
`,
	After: callsWorld + permissiveShop + `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
`,
	Run: func(p *analyze.Pass) {
		p.DestinationRules()
		causes := causesOf(p, func(c outbound.Connection) bool {
			if why := c.Outcome.Why.Cause; why.ForeignTrust() || why == resolve.CauseOtherAccount || otherSNI(c) {
				return false // MTLS0512, MTLS0230, MTLS0236
			}
			return !c.Sends.Auto && c.Sends.TLS == resolve.SendsIstioMutual && (c.Outcome.Verdict == resolve.VerdictBroken || refusedAnyway(c))
		})
		for _, cause := range causes {
			f := cause.finding("sends Istio mTLS")
			f.Mild = f.Mild || len(cause.workloads.ports) == 0 && !cause.isMade() // listeners of gateways: few sidecars call these
			f.Repair = cause.repair(p)
			p.Report(f)
		}
	},
})

// refusedAnyway reports a call that fails whether or not the server has a sidecar:
// with one its port is DISABLE, without one nothing takes mTLS.
func refusedAnyway(c outbound.Connection) bool {
	return c.Serves.Mode == resolve.Unknown && c.Serves.IfMeshed == resolve.Disable
}
