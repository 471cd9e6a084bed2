package checks

import (
	"fmt"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
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
	Open:     true,
	Reads:    []resolve.Kind{resolve.KindGateway, resolve.KindMeshConfig},
	Local:    true,
	Title:    "A Gateway server accepts TLS 1.0 or 1.1",
	Why: `TLS 1.0 and 1.1 are insecure and have been deprecated since 2021. Inside the mesh the minimum is 1.2
(meshMTLS.minProtocolVersion raises it to 1.3). A Gateway server uses its own minProtocolVersion. An explicit 1.2 for
the mesh is a note: set 1.3 where a standard requires it.`,
	Fix:      "set minProtocolVersion: TLSV1_2 or TLSV1_3, or remove it, which means 1.2",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSProtocol"},
	Controls: cryptography,
	Before:   edgeGateway("TLSV1_0"),
	After:    edgeGateway("TLSV1_2"),
	Run: func(p *analyze.Pass) {
		for _, o := range p.Objects(resolve.KindGateway) {
			for i, s := range o.Value.(*networkingv1.Gateway).Spec.GetServers() {
				if old := oldVersions[s.GetTls().GetMinProtocolVersion()]; old != "" {
					p.Report(oldServer(o, i, s, old))
				}
			}
		}
		for _, o := range p.Objects(resolve.KindMeshConfig) {
			c := o.Value.(*resolve.MeshConfig)
			if c.Config.GetMeshMTLS().GetMinProtocolVersion() == meshv1alpha1.MeshConfig_TLSConfig_TLSV1_2 {
				p.Report(analyze.Finding{
					Object: c.Source, Origin: o.Origin, Field: writtenAt(o.Origin, "meshMTLS.minProtocolVersion"), Mild: true,
					Message: "the proxies of the mesh accept TLS 1.2, which is Istio's default; all of them support 1.3",
					Fix:     "set meshMTLS.minProtocolVersion: TLSV1_3 if 1.3 is required; otherwise ignore",
				})
			}
		}
	},
})

func oldServer(o resolve.Object, i int, s *networkingapi.Server, old string) analyze.Finding {
	field := resolve.Path("spec", "servers").Index(i).Child("tls").Child("minProtocolVersion")
	return analyze.Finding{
		Object: o.Ref(), Origin: o.Origin, Field: field,
		Message: fmt.Sprintf("its server on port %d accepts %s", s.GetPort().GetNumber(), old),
		Repair:  []analyze.Edit{{Object: o.Ref(), Verb: analyze.Set, Field: field, Value: "TLSV1_2"}},
	}
}

// writtenAt is where a setting of the mesh configuration stands: a ConfigMap holds it as
// text of its own, an operator's object inside its spec.
func writtenAt(o resolve.Origin, setting resolve.Field) resolve.Field {
	for _, at := range []resolve.Field{setting, "spec.meshConfig." + setting, "spec.values.meshConfig." + setting} {
		if o.Lines != nil && o.Lines.Line(at) > 0 {
			return at
		}
	}
	return ""
}

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
