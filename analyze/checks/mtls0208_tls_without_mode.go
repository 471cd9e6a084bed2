package checks

import (
	"fmt"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// TLSWithoutMode finds a tls that says no mode, which is DISABLE (3.3.2, 6.10).
var TLSWithoutMode = register(&analyze.Check{
	Code:     "MTLS0208",
	Name:     "tls-without-mode",
	Severity: analyze.Error,
	Open:     true,
	Needs:    []resolve.Kind{resolve.KindDestinationRule},
	Reads:    []resolve.Kind{resolve.KindService, resolve.KindServiceEntry, resolve.KindWorkload},
	Local:    true,
	Alone:    true,
	Title:    "A DestinationRule with a tls that has no mode turns TLS off",
	Why: `The tls of a DestinationRule has no "unset" mode: without a mode it is DISABLE. A tls with only a certificate, a host
name or nothing at all makes the clients send plaintext, also to services that accept mTLS, and to hosts outside the
mesh for which TLS was intended.`,
	Fix:      "set the mode: SIMPLE or MUTUAL for servers outside the mesh; for services of the mesh delete the tls",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings-TLSmode"},
	Controls: inTransit,
	With:     []string{"MTLS0223"},
	Before: callsWorld + permissiveShop + `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay
  trafficPolicy:
    connectionPool: {tcp: {maxConnections: 100}}
    tls: {sni: pay.shop}
`,
	After: callsWorld + permissiveShop + `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pay, namespace: shop}
spec:
  host: pay
  trafficPolicy:
    connectionPool: {tcp: {maxConnections: 100}}
`,
	Run: func(p *analyze.Pass) {
		for l := range tlsLevels(p) {
			if !modeless(l) {
				continue
			}
			f := l.finding(l.at(), fmt.Sprintf("its tls for %s has no mode, which means DISABLE: clients send plaintext (3.3.2)", l.rule.Host))
			f.Fix, f.Repair = modeMeant(p, l)
			p.Report(f)
		}
	},
})

// modeless reports a tls of which the text says no mode. What a cluster answers does not
// show it.
func modeless(l *tlsLevel) bool {
	lines := l.rule.Origin.Lines
	return l.tls != nil && l.tls.GetMode() == networkingapi.ClientTLSSettings_DISABLE && lines != nil &&
		lines.Line(l.at()) > 0 && lines.Line(l.at().Child("mode")) == 0
}

// modeMeant is the mode that the rest of a tls belongs to.
func modeMeant(p *analyze.Pass, l *tlsLevel) (fix string, repair []analyze.Edit) {
	as := func(mode networkingapi.ClientTLSSettings_TLSmode) []analyze.Edit {
		return l.with(p, l.changed(func(t *networkingapi.ClientTLSSettings) { t.Mode = mode }))
	}
	switch {
	case l.tls.GetClientCertificate() != "" && l.tls.GetPrivateKey() != "":
		return "set mode: MUTUAL, which uses its certificate", as(networkingapi.ClientTLSSettings_MUTUAL)
	case l.tls.GetCaCertificates() != "" || len(l.tls.GetSubjectAltNames()) > 0:
		return "set mode: SIMPLE, which verifies the server with these settings", as(networkingapi.ClientTLSSettings_SIMPLE)
	}
	return "delete the tls, so that auto mTLS applies, or set the mode", l.without(p)
}
