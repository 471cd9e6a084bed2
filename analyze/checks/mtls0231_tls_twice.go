package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// TLSTwice finds applications that speak TLS to hosts to which a rule adds TLS (4.4).
var TLSTwice = register(&analyze.Check{
	Code:      "MTLS0231",
	Name:      "tls-twice",
	Severity:  analyze.Error,
	Needs:     []resolve.Kind{resolve.KindDestinationRule, resolve.KindWorkload},
	NeedsHost: true,
	Title:     "A DestinationRule adds TLS to calls in which the application already speaks TLS",
	Why: `tls.mode SIMPLE and MUTUAL let the sidecar begin TLS: they are for applications that speak plaintext. Where the URL of
the application is https:// already, the server gets TLS inside of TLS, and the handshake of the application fails.`,
	Fix:      "let the application speak http:// to a port with targetPort 443, or remove tls from the rule",
	Docs:     []string{"https://istio.io/latest/docs/ops/common-problems/network-issues/#double-tls", "https://istio.io/latest/docs/tasks/traffic-management/egress/egress-tls-origination/"},
	Controls: available,
	Before:   originationWorld("https://api.maps.test", 443, "HTTPS", "", "{mode: SIMPLE, sni: api.maps.test}"),
	After:    originationWorld("https://api.maps.test", 443, "HTTPS", "", "{mode: DISABLE}"),
	Run: func(p *analyze.Pass) {
		if !anyLevel(p, beginsTLS) {
			return
		}
		for class, d := range urlCalls(p) {
			if !speaksTLS(d) {
				continue
			}
			c, ok := firstOn(p, class, d)
			if !ok || !originating(&c) || c.Port.Protocol.Class() == resolve.ClassHTTP { // MTLS0412
				continue
			}
			p.Report(analyze.Finding{
				Object: c.Sends.By, Origin: c.Sends.Origin, Field: c.Sends.Field, Subject: fmt.Sprint(d.Client.Ref, c.Host.Name, c.Port.Number),
				Message: fmt.Sprintf("the server gets TLS inside of TLS: the rule adds %s to %s:%d, and %s speaks %s itself (%s)",
					c.Sends.TLS, shortHost(c.Host), c.Port.Number, d.Client.Short(), d.Scheme, d.Says),
				Fix:      fmt.Sprintf("remove tls from the rule for port %d; or let %s call http:// at a port of the host with targetPort %d", c.Port.Number, d.Client.Short(), c.Port.Number),
				Involved: []resolve.Ref{d.Client.Ref, c.Host.Ref},
			})
		}
	},
})

// originationWorld has a client with a URL of an external host, the host's port, and a rule for
// its TLS.
func originationWorld(url string, port int, protocol, target, tls string) string {
	return shopNamespace + `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, env: [{name: MAPS_URL, value: "` + url + `"}]}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: maps, namespace: shop}
spec:
  hosts: [api.maps.test]
  location: MESH_EXTERNAL
  resolution: DNS
  ports: [{number: ` + fmt.Sprint(port) + `, name: first, protocol: ` + protocol + target + `}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: maps, namespace: shop}
spec:
  host: api.maps.test
  trafficPolicy: {tls: ` + tls + `}
---
` + strictShop
}
