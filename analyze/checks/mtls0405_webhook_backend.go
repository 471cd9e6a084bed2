package checks

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// WebhookBackend finds admission webhooks whose server does not take what kube-apiserver
// sends (4, istio/istio#52874).
var WebhookBackend = register(&analyze.Check{
	Code:     "MTLS0405",
	Name:     "webhook-backend",
	Severity: analyze.Error,
	Blocks:   true,
	Needs:    []resolve.Kind{resolve.KindWorkload, resolve.KindService},
	Reads:    []resolve.Kind{resolve.KindDefinition, resolve.KindMutatingWebhook, resolve.KindPeerAuthentication, resolve.KindValidatingWebhook, resolve.KindMeshConfig},
	Title:    "The server of a webhook is STRICT, and kube-apiserver has no mesh certificate",
	Why: `kube-apiserver calls the servers of validating, mutating and conversion webhooks with its own TLS. It has no sidecar and
no mesh certificate, so a STRICT port rejects it. With failurePolicy Fail the API server then rejects every object of the
webhook, with Ignore it accepts them unchecked; and without its conversion webhook it can serve the objects of a
CustomResourceDefinition only in the stored version. A PERMISSIVE port forwards that TLS to the server unchanged, unless the
Service declares the port as HTTP. So does a port in excludeInboundPorts, whatever the Service's protocol: the sidecar does
not capture it.`,
	Fix:  "let kube-apiserver call through a gateway of the mesh (clientConfig.url instead of clientConfig.service); accept the risk: make only that port PERMISSIVE (portLevelMtls: {PORT: {mode: PERMISSIVE}}, with the container port) or exclude it from capture (annotation traffic.sidecar.istio.io/excludeInboundPorts)",
	Docs: []string{"https://istio.io/latest/docs/reference/config/security/peer_authentication/", "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/"},
	// What breaks is not what auditors ask about.
	Controls: available,
	Before: strictGuardWorld + `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
  - name: guard.shop.example
    clientConfig: {service: {name: guard, namespace: shop}}
`,
	After: strictGuardWorld + `  portLevelMtls: {8443: {mode: PERMISSIVE}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks:
  - name: guard.shop.example
    clientConfig: {service: {name: guard, namespace: shop}}
`,
	Run: func(p *analyze.Pass) {
		a := newAPIServer(p)
		for _, kind := range []resolve.Kind{resolve.KindValidatingWebhook, resolve.KindMutatingWebhook, resolve.KindDefinition} {
			for _, o := range p.Objects(kind) {
				for _, c := range onceEach(declared.APIServerCalls(o)) {
					a.report(c)
				}
			}
		}
	},
})

// onceEach are the calls of one object, once for each port of a Service.
func onceEach(all []declared.APIServerCall) []apiserverCall {
	var calls []apiserverCall
	at, count := map[inbound.ServicePort]int{}, []int(nil)
	for _, c := range all {
		key := inbound.ServicePort{Namespace: c.Namespace, Name: c.Name, Port: c.Port}
		if j, seen := at[key]; seen {
			count[j]++
			continue
		}
		at[key], count = len(calls), append(count, 0)
		calls = append(calls, apiserverCall{APIServerCall: c, subject: fmt.Sprint(c.Namespace, "/", c.Name, ":", c.Port), more: failing(&c)})
	}
	for j, n := range count {
		if n > 0 {
			calls[j].more += fmt.Sprintf(" (and %d more webhooks of it)", n)
		}
	}
	return calls
}

// failing says what a webhook that cannot be called means.
func failing(c *declared.APIServerCall) string {
	switch {
	case c.Object.Kind == resolve.KindDefinition:
		return "; its objects cannot be read or written in a version other than the stored one"
	case c.Ignored:
		return "; with failurePolicy Ignore the objects are accepted unchecked"
	}
	return "; with failurePolicy Fail the objects of the webhook are rejected"
}
