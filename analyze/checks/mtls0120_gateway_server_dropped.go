package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// GatewayServerDropped finds servers of Gateways that istiod leaves out (2.15).
var GatewayServerDropped = register(&analyze.Check{
	Code:     "MTLS0120",
	Name:     "gateway-server-dropped",
	Severity: analyze.Error,
	Needs:    []resolve.Kind{resolve.KindGateway, resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindKubeGateway},
	Title:    "Istio drops a Gateway server: it conflicts with another one, or is in another namespace",
	Why: `Gateways of all namespaces that select the same gateway workload share its ports. Istio takes their servers by age, the
oldest Gateway first. Plaintext HTTP servers can share a port, and so can TLS servers as long as no two of them have the same
host. Since Istio 1.31 a gateway that istiod makes for a Gateway of the Gateway API takes Gateways of its own namespace only.
A server with TLS that comes after one without TLS is dropped, and so is a second server for plain TCP. A dropped server
leaves no trace in any status: its hosts are not served, and clients that send TLS reach a plaintext listener. Of the listeners of
one Gateway of the Gateway API Istio keeps the first of each port and hostname; the Gateway's status shows the others as Conflicted.`,
	Fix:      "move the server to a port of its own, or remove the host from one of the Gateways",
	Docs:     []string{"https://istio.io/latest/docs/ops/common-problems/network-issues/#gateway-to-virtualservice-tls-mismatch"},
	Controls: inTransit,
	Before:   sharedPortWorld("{number: 80, name: mesh, protocol: HTTPS}"),
	After:    sharedPortWorld("{number: 443, name: mesh, protocol: HTTPS}"),
	Run: func(p *analyze.Pass) {
		p.Objects(resolve.KindGateway)
		p.Objects(resolve.KindKubeGateway)
		eachOverruled(p, resolve.Cause.ServerDropped, func(w *inbound.Workload, q *inbound.Port, s *resolve.Shadow) {
			p.Report(analyze.Finding{
				Object: s.By, Origin: s.Origin, Field: s.Field, Involved: []resolve.Ref{w.Ref},
				Message: fmt.Sprintf("missing from port %d of %s: %s (%s)", q.Number, w.Short(), words.Brief(s.Why), words.Rule(s.Why)),
			})
		})
	},
})

func sharedPortWorld(port string) string {
	return `apiVersion: v1
kind: Namespace
metadata: {name: edge}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: egress, namespace: edge}
spec:
  selector: {matchLabels: {app: egress}}
  template:
    metadata:
      labels: {app: egress, sidecar.istio.io/inject: "true"}
      annotations: {inject.istio.io/templates: gateway}
    spec: {containers: [{name: istio-proxy, image: auto}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: one, namespace: edge}
spec:
  selector: {app: egress}
  servers:
    - {port: {number: 80, name: http, protocol: HTTP}, hosts: [a.example.com]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: two, namespace: edge}
spec:
  selector: {app: egress}
  servers:
    - port: ` + port + `
      hosts: [b.example.com]
      tls: {mode: ISTIO_MUTUAL}
`
}
