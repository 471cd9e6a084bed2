package checks

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// SNIOfNoServer finds rules whose TLS asks a gateway for a name that none of its TLS servers has
// (2.15, 3.3.9).
var SNIOfNoServer = register(&analyze.Check{
	Code:      "MTLS0236",
	Name:      "sni-of-no-server",
	Severity:  analyze.Error,
	Needs:     []resolve.Kind{resolve.KindDestinationRule, resolve.KindWorkload},
	NeedsHost: true,
	Title:     "The SNI that a rule sends matches no TLS server of the gateway",
	Why: `A gateway chooses the server of a TLS connection by its SNI, and closes the connection where no server has a host for it.
With ISTIO_MUTUAL and without sni, a client's proxy sends a name made of the port, the subset and the Service, such as
outbound_.443_.www_.egress.istio-system.svc.cluster.local: only a server with host * has that. On the way to an egress
gateway, the rule has to set sni to a host of the Gateway server.`,
	Fix:      "set sni of the rule to a host of the Gateway server, or give the server host *",
	Docs:     []string{"https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/"},
	Controls: available,
	Before:   sniWorld(""),
	After:    sniWorld(", sni: www.example.com"),
	Run: func(p *analyze.Pass) {
		p.DestinationRules()
		for _, cause := range causesOf(p, func(c outbound.Connection) bool { return otherSNI(c) && !c.Sends.Auto }) {
			why := cause.some[0].Outcome.Why.Details()
			f := cause.finding("sends SNI " + why.Name)
			f.Mild = f.Mild || !cause.isMade() // few sidecars call a gateway
			f.Repair = cause.repair(p)
			p.Report(f)
		}
	},
})

// otherSNI reports a call whose SNI no server of the gateway has.
func otherSNI(c outbound.Connection) bool {
	return c.Outcome.Why.Cause == resolve.CauseServerOtherSNI
}

func sniWorld(sni string) string {
	return strictShop + `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, env: [{name: EXIT, value: "http://exit.edge:80"}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: exit, namespace: edge}
spec:
  selector: {matchLabels: {app: exit}}
  template:
    metadata:
      labels: {app: exit, sidecar.istio.io/inject: "true"}
      annotations: {inject.istio.io/templates: gateway}
    spec: {containers: [{name: istio-proxy, image: auto}]}
---
apiVersion: v1
kind: Service
metadata: {name: exit, namespace: edge}
spec: {selector: {app: exit}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: exit, namespace: edge}
spec:
  selector: {app: exit}
  servers:
    - {port: {number: 80, name: https, protocol: HTTPS}, hosts: [www.example.com], tls: {mode: ISTIO_MUTUAL}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: exit, namespace: shop}
spec:
  host: exit.edge.svc.cluster.local
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL` + sni + `}
`
}
