package mesh_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// TestPortsThatOnlyAnnotationsName: the mode of all ports that nothing names is not that of
// one which the annotations take to the proxy, or past it (2.11).
func TestPortsThatOnlyAnnotationsName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		annotation, list string
		port             int32
		want, others     resolve.Mode
	}{
		{"excludeInboundPorts", "7000", 7000, resolve.None, resolve.Permissive},
		{"includeInboundPorts", "7000", 7000, resolve.Permissive, resolve.None},
		{"includeInboundPorts", "7000", 7001, resolve.None, resolve.None},
		{"excludeInboundPorts", "7000", 0, resolve.Permissive, resolve.Permissive},
	} {
		w := newWorld(1)
		d := w.deployment("shop", "web")
		controller := d.Value.(*resolve.Controller)
		controller.Template.Spec.HostNetwork = false
		controller.Template.Labels["sidecar.istio.io/inject"] = "true"
		controller.Template.Annotations = map[string]string{"traffic.sidecar.istio.io/" + c.annotation: c.list}
		m := build([]resolve.Object{d, object(resolve.KindNamespace, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}})})
		got := m.Workloads()[0]
		if mode := got.Decision(c.port).Mode; mode != c.want || got.Default.Mode != c.others {
			t.Errorf("%s %s: port %d is %s, others %s; want %s and %s", c.annotation, c.list, c.port, mode, got.Default.Mode, c.want, c.others)
		}
	}
}
