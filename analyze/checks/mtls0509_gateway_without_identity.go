package checks

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
)

// GatewayWithoutIdentity finds identities in policies of gateways to which nobody shows
// one (2.15, 5.2).
var GatewayWithoutIdentity = register(&analyze.Check{
	Code:     "MTLS0509",
	Name:     "gateway-without-identity",
	Severity: analyze.Error,
	Needs:    []resolve.Kind{resolve.KindWorkload},
	Reads:    []resolve.Kind{resolve.KindAuthorizationPolicy, resolve.KindKubeGateway, resolve.KindMeshConfig},
	Controls: access,
	Title:    "A policy requires an identity at a gateway where clients have none",
	Why: `Clients outside the mesh have no mesh certificate, and a gateway server without TLS, or with its own TLS (SIMPLE,
PASSTHROUGH), requires none: there are no principals, namespaces or service accounts. An ALLOW rule by identity allows no
client, a DENY rule by identity never matches, and a rule that denies all except some denies every client. A policy of the
root namespace without selector applies to the gateways too.`,
	Fix: "at a gateway use requestPrincipals (a JWT), ipBlocks or remoteIpBlocks, and add a selector to policies by identity that excludes gateways",
	Docs: []string{
		"https://istio.io/latest/docs/tasks/security/authorization/authz-ingress/",
		"https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSmode",
	},
	Before: edgeWorld + edgePolicy + `    - from: [{source: {namespaces: [shop]}}]
`,
	After: edgeWorld + edgePolicy + `    - from: [{source: {remoteIpBlocks: [203.0.113.0/24]}}]
`,
	Run: func(p *analyze.Pass) {
		set, found, certs := p.AuthorizationPolicies(), map[*authz.Policy]*edge{}, gatewaysWithCerts(p)
		for _, w := range p.Workloads() {
			if w.Membership.Dataplane != resolve.DataplaneGateway || certs[[2]string{w.Ref.Namespace, w.Labels[resolve.GatewayNameLabel]}] {
				continue
			}
			on := set.On(w)
			servers, mixed := openServers(w)
			for _, g := range servers {
				for _, policy := range on {
					e := atEdge(on, policy, g, mixed)
					if e != nil && found[policy] == nil {
						found[policy] = e
					}
					if e != nil {
						found[policy].add(g)
					}
				}
			}
		}
		for policy, e := range found {
			p.Report(e.finding(policy))
		}
	},
})

const (
	edgeWorld = `apiVersion: v1
kind: Namespace
metadata: {name: edge, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress, namespace: edge}
spec:
  template:
    metadata:
      labels: {istio: ingress, sidecar.istio.io/inject: "true"}
      annotations: {inject.istio.io/templates: gateway}
    spec: {containers: [{name: istio-proxy, image: auto}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: edge}
spec:
  selector: {istio: ingress}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: ["*"]
      tls: {mode: SIMPLE, credentialName: edge-cert}
---
`
	edgePolicy = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: edge, namespace: edge}
spec:
  selector: {matchLabels: {istio: ingress}}
  rules:
`
)
