package manifest

import (
	"reflect"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// apiService reads where kube-apiserver sends the calls of an aggregated API. One that
// the API server answers itself is nothing: every cluster has dozens.
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
	s := o.Spec.Service
	if s == nil {
		return nil
	}
	a := &resolve.APIService{ObjectMeta: o.ObjectMeta, ServiceNamespace: s.Namespace, ServiceName: s.Name, ServicePort: 443}
	if s.Port != nil {
		a.ServicePort = *s.Port
	}
	return a
}
