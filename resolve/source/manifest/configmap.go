package manifest

import (
	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve/pod"
	"github.com/mtlsctl/mtlsctl/resolve/reference"
)

// namingMap keeps of a ConfigMap the hosts that its data names: a workload that mounts
// it may call them. One that names none is nothing.
func namingMap(d *decoder, n *yaml.Node) metav1.Object {
	data := Child(n, "data")
	if data == nil || data.Kind != yaml.MappingNode {
		return nil
	}
	m := &pod.ConfigMap{Data: map[string]pod.ConfigValue{}}
	d.each(data, func(key, value *yaml.Node) {
		if value = Follow(value); value == nil || value.Kind != yaml.ScalarNode || notAString(value) != "" {
			return // the API server refuses what is no string: nobody is given it
		}
		if found := reference.In(key.Value, value.Value); len(found) > 0 {
			m.Data[key.Value] = pod.ConfigValue{References: found, Block: value.Style&yaml.LiteralStyle != 0}
		}
	})
	if len(m.Data) == 0 {
		return nil
	}
	m.Name, m.Namespace = Scalar(n, "metadata", "name"), Scalar(n, "metadata", "namespace")
	return m
}
