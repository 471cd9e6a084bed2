package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// IngressTLSIgnored finds TLS settings of Sidecar listeners that are not in force (2.10,
// 6.20).
var IngressTLSIgnored = register(&analyze.Check{
	Code:     "MTLS0114",
	Name:     "ingress-tls-ignored",
	Severity: analyze.Warning,
	Needs:    []resolve.Kind{resolve.KindSidecar, resolve.KindWorkload},
	Title:    "The tls of a Sidecar's ingress listener is ignored",
	Why: `A Sidecar resource can terminate TLS with its own certificates, but only if istiod runs with
ENABLE_TLS_ON_SIDECAR_INGRESS=true (off by default), and only on ports that the policies set to DISABLE. In all other
cases Istio ignores the setting: the port has the mode of the policies, which may accept plaintext.`,
	Fix:      "delete the tls; accept the risk: turn the feature on and set the port to DISABLE with portLevelMtls, so that only the TLS of the listener protects it",
	Docs:     []string{"https://istio.io/latest/docs/tasks/traffic-management/ingress/ingress-sidecar-tls-termination/"},
	Controls: inTransit,
	Before:   listenerWorld("\n      tls: {mode: SIMPLE, serverCertificate: /etc/pay/cert.pem, privateKey: /etc/pay/key.pem}\n"),
	After:    listenerWorld("\n"),
	Run: func(p *analyze.Pass) {
		p.Objects(resolve.KindSidecar)
		off := func(why resolve.Cause) bool {
			return why == resolve.CauseIgnoredIngressOff || why == resolve.CauseIgnoredIngressMode
		}
		eachOverruled(p, off, func(w *inbound.Workload, q *inbound.Port, s *resolve.Shadow) {
			p.Report(analyze.Finding{
				Object: s.By, Origin: s.Origin, Field: s.Field, Involved: []resolve.Ref{w.Ref},
				Message: fmt.Sprintf("the TLS of its listener has no effect on port %d of %s: %s (2.10)", q.Number, w.Short(), words.Brief(s.Why)),
				Repair:  []analyze.Edit{{Object: s.By, Verb: analyze.Remove, Field: s.Field}},
			})
		})
	},
})

func listenerWorld(tls string) string {
	return callsWorld + strictShop + `apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: pay, namespace: shop}
spec:
  workloadSelector: {labels: {app: pay}}
  ingress:
    - port: {number: 8080, protocol: HTTPS, name: https}
      defaultEndpoint: 127.0.0.1:8080` + tls
}
