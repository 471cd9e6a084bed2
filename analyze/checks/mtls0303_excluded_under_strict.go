package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// ExcludedUnderStrict finds ports that a STRICT policy seems to protect and
// traffic reaches past the sidecar (2.11, 6.15).
var ExcludedUnderStrict = register(&analyze.Check{
	Code:     "MTLS0303",
	Name:     "excluded-under-strict",
	Severity: analyze.Error,
	Open:     true,
	Blocks:   true,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Local:    true,
	Title:    "A port that is kept from the sidecar is not STRICT, whatever the policy says",
	Why: `Ports named by excludeInboundPorts, or not named by includeInboundPorts, reach the application directly: anybody may
call them in plaintext. istiod does not know about it, so clients in the mesh still send mTLS, which the application
does not understand: the port is open to strangers and broken for friends.`,
	Fix:      "remove the annotation, or make the port an exception with portLevelMtls: {PORT: {mode: DISABLE}} so that clients send plaintext",
	Docs:     []string{"https://istio.io/latest/docs/reference/config/annotations/"},
	Controls: inTransit,
	Before: shopNamespace + `apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata:
      labels: {app: pay}
      annotations: {traffic.sidecar.istio.io/excludeInboundPorts: "8080"}
    spec:
      containers: [{name: pay, ports: [{containerPort: 8080}]}]
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
`,
	After: shopNamespace + `apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata:
      labels: {app: pay}
    spec:
      containers: [{name: pay, ports: [{containerPort: 8080}]}]
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
`,
	Run: func(p *analyze.Pass) {
		for _, w := range p.Workloads() {
			for _, q := range w.Ports {
				d := q.Decision
				if w.Membership.Dataplane == resolve.DataplaneSidecar && d.Mode == resolve.None && d.IfMeshed == resolve.Strict && d.Field != "" {
					p.Workload(w, d.Field, keepOrExcept(q.Number), "port %d is open to plaintext although the policies say STRICT: %s", q.Number, words.Because(d.Why))
				}
			}
		}
	},
})

// keepOrExcept names the two ways out for a port.
func keepOrExcept(port int32) string {
	return fmt.Sprintf("remove the annotation, or make the port an exception with portLevelMtls: {%d: {mode: DISABLE}} so that clients send plaintext", port)
}
