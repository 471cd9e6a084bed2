package checks

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// ClientTLSRefused finds rules that make clients send what the port does not take:
// plaintext or TLS of their own into STRICT (3.3.3, 4).
var ClientTLSRefused = register(&analyze.Check{
	Code:      "MTLS0201",
	Name:      "client-tls-refused",
	Severity:  analyze.Error,
	Blocks:    true,
	Needs:     []resolve.Kind{resolve.KindDestinationRule, resolve.KindWorkload},
	NeedsHost: true,
	Title:     "A DestinationRule makes clients send traffic that the port rejects",
	Why: `The tls of a DestinationRule decides what the clients' proxies send; it does not change what the server accepts. DISABLE,
or a tls without mode, sends plaintext, for which a STRICT port has no filter chain. SIMPLE and MUTUAL send TLS
without the mesh's identity. Every such call fails. DISABLE in a DestinationRule does not override a PeerAuthentication.`,
	Fix:      "delete the tls section so that auto mTLS applies; if a wildcard host needs the tls, add a rule or a port entry for the host that fails",
	Docs:     []string{"https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule"},
	Controls: available,
	Before: callsWorld + strictShop + `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay
  trafficPolicy:
    tls: {mode: DISABLE}
`,
	After: callsWorld + strictShop + `apiVersion: networking.istio.io/v1
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
			return !otherSNI(c) && !c.Sends.Auto && c.Outcome.Verdict == resolve.VerdictBroken && c.Sends.TLS != resolve.SendsIstioMutual && c.Sends.TLS != resolve.SendsNothing
		})
		for _, cause := range causes {
			f := cause.finding("sends " + sendsWord(cause.sent()))
			f.Repair = cause.repair(p)
			p.Report(f)
		}
	},
})

func sendsWord(t resolve.ClientTLS) string {
	switch t {
	case resolve.SendsPlaintext:
		return "plaintext"
	case resolve.SendsIstioMutual:
		return "Istio mTLS"
	case resolve.SendsUnknown: // and broken: it fails with a sidecar at the client and without
		return "its own TLS if the client has a sidecar, plaintext if not,"
	}
	return "its own TLS (" + t.String() + ")"
}
