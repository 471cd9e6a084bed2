package checks

import (
	"fmt"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// OldTLSVersion finds gateway servers that take TLS older than 1.2 (2.14, 2.15).
var OldTLSVersion = register(&analyze.Check{
	Code:     "MTLS0118",
	Name:     "old-tls-version",
	Severity: analyze.Warning,
	Needs:    []resolve.Kind{resolve.KindGateway},
	Title:    "A Gateway server takes TLS 1.0 or 1.1",
	Why: `TLS 1.0 and 1.1 are broken and have been deprecated since 2021. Inside of the mesh the minimum is 1.2
(meshMTLS.minProtocolVersion raises it to 1.3); a Gateway server takes what its own minProtocolVersion says.`,
	Fix:      "set minProtocolVersion: TLSV1_2 or TLSV1_3, or leave it out, which means 1.2",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSProtocol"},
	Controls: cryptography,
	Before:   edgeGateway("TLSV1_0"),
	After:    edgeGateway("TLSV1_2"),
	Run: func(p *analyze.Pass) {
		for _, o := range p.Objects(resolve.KindGateway) {
			for i, s := range o.Value.(*networkingv1.Gateway).Spec.GetServers() {
				old := oldVersions[s.GetTls().GetMinProtocolVersion()]
				if old == "" {
					continue
				}
				field := resolve.Path("spec", "servers").Index(i).Child("tls").Child("minProtocolVersion")
				p.Report(analyze.Finding{
					Object: o.Ref(), Origin: o.Origin, Field: field,
					Message: fmt.Sprintf("its server on port %d takes %s", s.GetPort().GetNumber(), old),
					Repair:  []analyze.Edit{{Object: o.Ref(), Verb: analyze.Set, Field: field, Value: "TLSV1_2"}},
				})
			}
		}
	},
})

var oldVersions = map[networkingapi.ServerTLSSettings_TLSProtocol]string{
	networkingapi.ServerTLSSettings_TLSV1_0: "TLS 1.0",
	networkingapi.ServerTLSSettings_TLSV1_1: "TLS 1.1",
}

func edgeGateway(version string) string {
	return `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: istio-system}
spec:
  selector: {app: edge}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: ["*"]
      tls: {mode: SIMPLE, credentialName: edge-cert, minProtocolVersion: ` + version + `}
`
}
