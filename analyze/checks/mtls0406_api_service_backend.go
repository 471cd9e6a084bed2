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
	Title:    "The server of an aggregated API is STRICT, and kube-apiserver has no mesh certificate",
	Why: `kube-apiserver forwards requests for the group and version of an APIService to its Service, with its own TLS. It has no mesh
certificate, so a STRICT port rejects it: the API is unavailable, and so is everything that depends on it, such as
autoscaling by metrics or the deletion of namespaces.`,
	Fix:  "serve the API from a workload without a sidecar that verifies kube-apiserver's client certificate; accept the risk: make only that port PERMISSIVE (portLevelMtls: {PORT: {mode: PERMISSIVE}}, with the container port) or exclude it from capture (annotation traffic.sidecar.istio.io/excludeInboundPorts)",
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
