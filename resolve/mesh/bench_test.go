package mesh_test

import (
	"fmt"
	"testing"

	networkingapi "istio.io/api/networking/v1alpha3"
	securityapi "istio.io/api/security/v1beta1"
	typeapi "istio.io/api/type/v1beta1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
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

// BenchmarkConnections judges what the clients of 100 namespaces send to n
// services, with a rule for every tenth service and one for the whole mesh: once
// shared by class as analyze needs it.
func BenchmarkConnections(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		objects := large(n, 100)
		objects = append(objects, largeRule("istio-system", "all", "*.local", networkingapi.ClientTLSSettings_ISTIO_MUTUAL))
		for i := range n / 10 {
			objects = append(objects, largeRule(fmt.Sprint("ns-", i%100), fmt.Sprint("app-", i), fmt.Sprint("app-", i), networkingapi.ClientTLSSettings_DISABLE))
		}
		b.Run(fmt.Sprintf("workloads=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				m := build(objects)
				b.StartTimer()
				broken := 0
				for _, c := range m.Shared(outbound.Filter{}) {
					if c.Outcome.Verdict == resolve.VerdictBroken {
						broken++
					}
				}
				if broken == 0 {
					b.Fatal("nothing is broken")
				}
			}
		})
	}
}

func largeRule(ns, name, host string, mode networkingapi.ClientTLSSettings_TLSmode) resolve.Object {
	r := &networkingv1.DestinationRule{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name}}
	r.Spec.Host = host
	r.Spec.TrafficPolicy = &networkingapi.TrafficPolicy{Tls: &networkingapi.ClientTLSSettings{Mode: mode}}
	return object(resolve.KindDestinationRule, r)
}

// BenchmarkWith changes one object of a mesh of 10,000 workloads, beside building it anew.
func BenchmarkWith(b *testing.B) {
	objects := large(10_000, 200)
	byRef := map[resolve.Ref]resolve.Object{}
	for _, o := range objects {
		byRef[o.Ref()] = o
	}
	whole := func() *mesh.Mesh {
		m := editable(byRef)
		m.Clients()
		return m
	}
	b.Run("build", func(b *testing.B) {
		for b.Loop() {
			whole()
		}
	})
	m := whole()
	w := newWorld(1)
	workload := w.policy("ns-7", "one").Value.(*securityv1.PeerAuthentication)
	workload.Labels, workload.Spec.Mtls = nil, &securityapi.PeerAuthentication_MutualTLS{Mode: securityapi.PeerAuthentication_MutualTLS_STRICT}
	workload.Spec.Selector = &typeapi.WorkloadSelector{MatchLabels: map[string]string{"app": "app-7"}}
	space, mesh := workload.DeepCopy(), workload.DeepCopy()
	space.Name, space.Spec.Selector = "default", nil
	mesh.Namespace, mesh.Name, mesh.Spec.Selector = "istio-system", "default", nil
	rule := w.rule("ns-7", "one")
	for _, c := range []struct {
		name  string
		delta config.Delta
	}{
		{"workload policy", config.Becomes(object(resolve.KindPeerAuthentication, workload))},
		{"namespace policy", config.Becomes(object(resolve.KindPeerAuthentication, space))},
		{"mesh policy", config.Becomes(object(resolve.KindPeerAuthentication, mesh))},
		{"rule", config.Becomes(rule)},
		{"pod", config.Becomes(w.pod("ns-7", "one"))},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				m.With(c.delta).Clients()
			}
		})
	}
}
