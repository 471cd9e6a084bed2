package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
)

// APIServiceBackend finds aggregated APIs whose server does not take what kube-apiserver
// sends (4).
var APIServiceBackend = register(&analyze.Check{
	Code:     "MTLS0406",
	Name:     "api-service-backend",
	Severity: analyze.Error,
	Blocks:   true,
	Needs:    []resolve.Kind{resolve.KindWorkload, resolve.KindService},
	Reads:    []resolve.Kind{resolve.KindAPIService, resolve.KindPeerAuthentication, resolve.KindMeshConfig},
	Title:    "The server of an aggregated API is STRICT, and kube-apiserver has no certificate",
	Why: `kube-apiserver hands requests for the group and version of an APIService on to its Service, with TLS of its own. It has
no certificate of the mesh, so a STRICT port refuses it: the API is unavailable, and with it whatever needs it, such as
autoscaling by metrics or the deletion of namespaces.`,
	Fix:  "make that one port PERMISSIVE: portLevelMtls: {PORT: {mode: PERMISSIVE}}, by the port on which the server listens; or exclude it from capture: annotation traffic.sidecar.istio.io/excludeInboundPorts",
	Docs: []string{"https://istio.io/latest/docs/reference/config/security/peer_authentication/", "https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/"},

	Controls: available,
	Before: strictGuardWorld + `---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.guard.example}
spec: {group: guard.example, version: v1, service: {name: guard, namespace: shop}}
`,
	After: strictGuardWorld + `  portLevelMtls: {8443: {mode: PERMISSIVE}}
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.guard.example}
spec: {group: guard.example, version: v1, service: {name: guard, namespace: shop}}
`,
	Run: func(p *analyze.Pass) {
		a := newAPIServer(p)
		for _, o := range p.Objects(resolve.KindAPIService) {
			for _, c := range declared.APIServerCalls(o) {
				a.report(apiserverCall{APIServerCall: c, subject: fmt.Sprint(c.Port), more: "; the API is not available"})
			}
		}
	},
})
