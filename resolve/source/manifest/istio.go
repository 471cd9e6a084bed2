package manifest

import (
	"reflect"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/proto"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// istio decodes an Istio custom resource: metadata as Kubernetes does, spec by
// its protobuf descriptor. T is a struct of istio.io/client-go.
func istio[T any](d *decoder, n *yaml.Node) metav1.Object {
	object := new(T)
	v := reflect.ValueOf(object).Elem()
	d.spec = v.FieldByName("Spec").Addr().Interface().(proto.Message)
	d.each(n, func(key, value *yaml.Node) {
		d.in(key.Value, func() {
			switch key.Value {
			case "metadata":
				d.decode(value, v.FieldByName("ObjectMeta"))
			case "spec":
				d.message(value, d.spec.ProtoReflect())
			case "apiVersion", "kind", "status":
			default:
				d.unknownField(key, []string{"apiVersion", "kind", "metadata", "spec"})
			}
		})
	})
	return any(object).(metav1.Object)
}
