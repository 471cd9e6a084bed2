package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
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
	Fix:  "make the port an exception: portLevelMtls: {PORT: {mode: PERMISSIVE}}, by the port that the server listens on",
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
			v := o.Value.(*resolve.APIService)
			a.report(apiserverCall{
				object: o, field: "spec.service", subject: fmt.Sprint(v.ServicePort), more: "; the API is not available",
				namespace: v.ServiceNamespace, name: v.ServiceName, port: v.ServicePort,
			})
		}
	},
})
