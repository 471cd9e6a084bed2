package manifest

import (
	"cmp"
	"reflect"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// serviceReference is a Service that kube-apiserver calls, as webhooks and definitions write it.
type serviceReference struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Port      *int32 `json:"port"`
}

// converter is where kube-apiserver calls, by a Service or by a URL.
type converter struct {
	Service *serviceReference `json:"service"`
}

// definition reads which Service converts the objects of a CustomResourceDefinition. One
// without such a Service is nothing: it calls nobody.
func definition(d *decoder, n *yaml.Node) metav1.Object {
	var o struct {
		metav1.ObjectMeta `json:"metadata"`
		Spec              struct {
			Conversion *struct {
				Strategy string `json:"strategy"`
				Webhook  *struct {
					ClientConfig *converter `json:"clientConfig"`
				} `json:"webhook"`
				// WebhookClientConfig is that of v1beta1.
				WebhookClientConfig *converter `json:"webhookClientConfig"`
			} `json:"conversion"`
		} `json:"spec"`
	}
	d.decode(n, reflect.ValueOf(&o).Elem())
	c := o.Spec.Conversion
	if c == nil || c.Strategy != "Webhook" {
		return nil
	}
	at, to := resolve.Path("spec", "conversion", "webhookClientConfig"), c.WebhookClientConfig
	if c.Webhook != nil {
		at, to = resolve.Path("spec", "conversion", "webhook", "clientConfig"), cmp.Or(c.Webhook.ClientConfig, to)
	}
	if to == nil || to.Service == nil {
		return nil
	}
	made := &resolve.Definition{ObjectMeta: o.ObjectMeta, ServiceNamespace: to.Service.Namespace, ServiceName: to.Service.Name, ServicePort: 443, Field: at.Child("service")}
	if to.Service.Port != nil {
		made.ServicePort = *to.Service.Port
	}
	return made
}
