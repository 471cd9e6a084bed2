package checks

import (
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
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
	Reads:    []resolve.Kind{resolve.KindMutatingWebhook, resolve.KindPeerAuthentication, resolve.KindValidatingWebhook, resolve.KindMeshConfig},
	Title:    "The server of an admission webhook is STRICT, and kube-apiserver has no certificate",
	Why: `kube-apiserver calls the servers of validating and mutating webhooks with TLS of its own. It has no sidecar and no
certificate of the mesh, so a STRICT port refuses it. With failurePolicy Fail the API server then refuses every object
that the webhook is for; with Ignore it takes them unlooked at. A PERMISSIVE port hands that TLS on to the server as it
is, unless the Service says that the port is HTTP. Conversion webhooks of CustomResourceDefinitions are called alike; they
are not looked at here.`,
	Fix:  "make the port an exception: portLevelMtls: {PORT: {mode: PERMISSIVE}}, by the port that the server listens on",
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
		for _, kind := range []resolve.Kind{resolve.KindValidatingWebhook, resolve.KindMutatingWebhook} {
			for _, o := range p.Objects(kind) {
				for _, c := range webhookCalls(o) {
					a.report(c)
				}
			}
		}
	},
})

// webhookCalls are the calls of one configuration, once for each port of a Service.
func webhookCalls(o resolve.Object) []apiserverCall {
	var calls []apiserverCall
	at, count := map[inbound.ServicePort]int{}, []int(nil)
	add := func(i int, to *admissionv1.ServiceReference, policy *admissionv1.FailurePolicyType) {
		if to == nil {
			return
		}
		port := int32(443)
		if to.Port != nil {
			port = *to.Port
		}
		key := inbound.ServicePort{Namespace: to.Namespace, Name: to.Name, Port: port}
		if j, seen := at[key]; seen {
			count[j]++
			return
		}
		at[key], count = len(calls), append(count, 0)
		calls = append(calls, apiserverCall{
			object: o, field: resolve.Path("webhooks").Index(i).Child("clientConfig").Child("service"), subject: fmt.Sprint(to.Namespace, "/", to.Name, ":", port),
			more: failing(policy), namespace: to.Namespace, name: to.Name, port: port,
		})
	}
	switch v := o.Value.(type) {
	case *admissionv1.ValidatingWebhookConfiguration:
		for i := range v.Webhooks {
			add(i, v.Webhooks[i].ClientConfig.Service, v.Webhooks[i].FailurePolicy)
		}
	case *admissionv1.MutatingWebhookConfiguration:
		for i := range v.Webhooks {
			add(i, v.Webhooks[i].ClientConfig.Service, v.Webhooks[i].FailurePolicy)
		}
	}
	for j, n := range count {
		if n > 0 {
			calls[j].more += fmt.Sprintf(" (and %d more webhooks of it)", n)
		}
	}
	return calls
}

// failing says what a webhook that cannot be called means.
func failing(policy *admissionv1.FailurePolicyType) string {
	if policy != nil && *policy == admissionv1.Ignore {
		return "; with failurePolicy Ignore the objects pass unlooked at"
	}
	return "; with failurePolicy Fail the objects that it is for are refused"
}
