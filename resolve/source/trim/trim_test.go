package trim

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// A gateway of a network needs an address outside of the cluster.
func TestTrimServiceKeepsExternalAddresses(t *testing.T) {
	t.Parallel()
	s := &corev1.Service{Spec: corev1.ServiceSpec{ExternalIPs: []string{"198.51.100.7"}}}
	s.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: "203.0.113.1"}, {Hostname: "edge.example.com"}}
	for _, full := range []bool{false, true} {
		got := Service(s, full)
		if len(got.Spec.ExternalIPs) != 1 || len(got.Status.LoadBalancer.Ingress) != 2 || got.Status.LoadBalancer.Ingress[1].Hostname != "edge.example.com" {
			t.Errorf("full %v: got %v and %v", full, got.Spec.ExternalIPs, got.Status.LoadBalancer.Ingress)
		}
	}
}
