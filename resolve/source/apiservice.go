package source

import (
	"reflect"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// apiService reads where kube-apiserver sends the calls of an aggregated API.
func apiService(d *decoder, n *yaml.Node) metav1.Object {
	var o struct {
		metav1.ObjectMeta `json:"metadata"`
		Spec              struct {
			Service *struct {
				Namespace string `json:"namespace"`
				Name      string `json:"name"`
				Port      *int32 `json:"port"`
			} `json:"service"`
		} `json:"spec"`
	}
	d.decode(n, reflect.ValueOf(&o).Elem())
	a := &resolve.APIService{ObjectMeta: o.ObjectMeta}
	if s := o.Spec.Service; s != nil {
		a.ServiceNamespace, a.ServiceName, a.ServicePort = s.Namespace, s.Name, 443
		if s.Port != nil {
			a.ServicePort = *s.Port
		}
	}
	return a
}
