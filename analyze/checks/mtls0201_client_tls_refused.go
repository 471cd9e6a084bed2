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
	Title:     "A DestinationRule makes clients send what the port refuses",
	Why: `A DestinationRule's tls decides what the clients' proxies send; it does not change what the server accepts. DISABLE,
or a tls without mode, sends plaintext, which a STRICT port has no filter chain for. SIMPLE and MUTUAL send TLS
without the mesh's identity. Every such call fails, whatever the popular text about DISABLE overriding a
PeerAuthentication says.`,
	Fix:      "delete the tls section (auto mTLS does the right thing); where a wildcard or a whole host needs it, add a rule or a port entry for what is broken",
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
			return !c.Sends.Auto && c.Outcome.Verdict == resolve.VerdictBroken && c.Sends.TLS != resolve.SendsIstioMutual && c.Sends.TLS != resolve.SendsNothing
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
		return "TLS of its own if the client has a sidecar, plaintext if not,"
	}
	return "TLS of its own (" + t.String() + ")"
}
