package resolve_test

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	securityapi "istio.io/api/security/v1beta1"
	typeapi "istio.io/api/type/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// BenchmarkDecide resolves n workloads with as many Services and 0.4 n policies,
// once spread over 100 namespaces and once all in one.
func BenchmarkDecide(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		for _, spaces := range []int{100, 1} {
			objects := large(n, spaces)
			b.Run(fmt.Sprintf("workloads=%d/namespaces=%d", n, spaces), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if got := len(build(objects).Workloads()); got != n {
						b.Fatalf("%d workloads, want %d", got, n)
					}
				}
			})
		}
	}
}

func large(n, spaces int) []resolve.Object {
	var out []resolve.Object
	for i := range spaces {
		out = append(out, object(resolve.KindNamespace, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
			Name: fmt.Sprint("ns-", i), Labels: map[string]string{"istio-injection": "enabled"}}}))
	}
	for i := range n {
		out = append(out, largeWorkload(fmt.Sprint("ns-", i%spaces), fmt.Sprint("app-", i))...)
		if i%10 < 4 {
			out = append(out, largePolicy(fmt.Sprint("ns-", i%spaces), fmt.Sprint("app-", i)))
		}
	}
	return out
}

func largeWorkload(ns, name string) []resolve.Object {
	labels := map[string]string{"app": name, "version": "v1"}
	c := &resolve.Controller{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name}, TemplateField: "spec.template"}
	c.Template.Labels = labels
	c.Template.Spec.Containers = []corev1.Container{{Name: "app", Ports: []corev1.ContainerPort{{ContainerPort: 8080}, {ContainerPort: 9090}}}}
	s := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name}}
	s.Spec.Selector = map[string]string{"app": name}
	s.Spec.Ports = []corev1.ServicePort{{Name: "http", Port: 80, TargetPort: intstr.FromInt32(8080)}, {Name: "grpc", Port: 90, TargetPort: intstr.FromInt32(9090)}}
	return []resolve.Object{object(resolve.KindDeployment, c), object(resolve.KindService, s)}
}

func largePolicy(ns, name string) resolve.Object {
	p := &securityv1.PeerAuthentication{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name}}
	p.Spec.Selector = &typeapi.WorkloadSelector{MatchLabels: map[string]string{"app": name}}
	p.Spec.Mtls = &securityapi.PeerAuthentication_MutualTLS{Mode: securityapi.PeerAuthentication_MutualTLS_STRICT}
	p.Spec.PortLevelMtls = map[uint32]*securityapi.PeerAuthentication_MutualTLS{9090: {Mode: securityapi.PeerAuthentication_MutualTLS_PERMISSIVE}}
	return object(resolve.KindPeerAuthentication, p)
}
