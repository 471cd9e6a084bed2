package declared

import (
	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// APIServerCall is a call that kube-apiserver makes because an object says so: with TLS of its
// own, and never with a certificate of the mesh.
type APIServerCall struct {
	Object resolve.Object
	// Field is where the Service stands.
	Field resolve.Field
	// Namespace, Name and Port are the Service's.
	Namespace, Name string
	Port            int32
	// Ignored is true for a webhook whose objects are taken where it cannot be called.
	Ignored bool
}

// APIServerKinds are the kinds of objects that make kube-apiserver call a Service.
var APIServerKinds = []resolve.Kind{resolve.KindValidatingWebhook, resolve.KindMutatingWebhook, resolve.KindDefinition, resolve.KindAPIService}

// APIServerCalls are the calls that one object of APIServerKinds asks for; none of an object
// of another kind, or whose servers are named by URL.
func APIServerCalls(o resolve.Object) []APIServerCall {
	var out []APIServerCall
	switch v := o.Value.(type) {
	case *admissionv1.ValidatingWebhookConfiguration:
		for i := range v.Webhooks {
			out = addWebhook(out, o, i, v.Webhooks[i].ClientConfig.Service, v.Webhooks[i].FailurePolicy)
		}
	case *admissionv1.MutatingWebhookConfiguration:
		for i := range v.Webhooks {
			out = addWebhook(out, o, i, v.Webhooks[i].ClientConfig.Service, v.Webhooks[i].FailurePolicy)
		}
	case *resolve.Definition:
		out = append(out, APIServerCall{Object: o, Field: v.Field, Namespace: v.ServiceNamespace, Name: v.ServiceName, Port: v.ServicePort})
	case *resolve.APIService:
		out = append(out, APIServerCall{Object: o, Field: "spec.service", Namespace: v.ServiceNamespace, Name: v.ServiceName, Port: v.ServicePort})
	}
	return out
}

func addWebhook(out []APIServerCall, o resolve.Object, i int, to *admissionv1.ServiceReference, policy *admissionv1.FailurePolicyType) []APIServerCall {
	if to == nil {
		return out
	}
	c := APIServerCall{
		Object: o, Field: resolve.Path("webhooks").Index(i).Child("clientConfig").Child("service"), Namespace: to.Namespace, Name: to.Name, Port: 443,
		Ignored: policy != nil && *policy == admissionv1.Ignore,
	}
	if to.Port != nil {
		c.Port = *to.Port
	}
	return append(out, c)
}
