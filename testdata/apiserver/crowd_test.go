package apiserver

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// crowd is a large world of small objects, evenly spread: every second namespace
// is in the mesh, every Service has its pods and its EndpointSlice, and policies
// are half PeerAuthentications and half DestinationRules.
type crowd struct {
	server                               *server
	namespaces, services, pods, policies int
}

// create makes the crowd with 32 writers.
func (c *crowd) create(t *testing.T) {
	t.Helper()
	c.each(t, c.namespaces, func(i int) error {
		ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("ns-%03d", i)}}
		if c.meshed(i) {
			ns.Labels = map[string]string{"istio-injection": "enabled"}
		}
		return c.server.Create(context.Background(), ns)
	})
	c.each(t, c.services, c.service)
	c.each(t, c.policies, func(i int) error { return c.server.Create(context.Background(), c.policy(i)) })
}

func (c *crowd) meshed(namespace int) bool { return namespace%2 == 0 }

// each calls make for all numbers below n.
func (c *crowd) each(t *testing.T, n int, make func(int) error) {
	t.Helper()
	var wg sync.WaitGroup
	var next atomic.Int64
	for range 32 {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := make(i); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	if wg.Wait(); t.Failed() {
		t.FailNow()
	}
}

// service makes a Service, its pods and its EndpointSlice.
func (c *crowd) service(i int) error {
	ctx := context.Background()
	name, namespace := fmt.Sprintf("svc-%04d", i), fmt.Sprintf("ns-%03d", i%c.namespaces)
	has := map[string]string{"app": name}
	var pods []*corev1.Pod
	for n := range c.pods / c.services {
		p := &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: fmt.Sprintf("%s-%d", name, n), Labels: with(has, "pod-template-hash", "5d4f7c9b8")},
			Spec: corev1.PodSpec{NodeName: "node-1", Containers: []corev1.Container{{
				Name: "app", Image: "registry.example.com/app:1", Ports: []corev1.ContainerPort{{ContainerPort: 8080}},
			}}},
		}
		controller := true
		p.Name = fmt.Sprintf("%s-5d4f7c9b8-%s", name, hashOf(p.Name)[:5])
		p.OwnerReferences = []metav1.OwnerReference{{
			APIVersion: "apps/v1", Kind: "ReplicaSet", Name: name + "-5d4f7c9b8", UID: "0", Controller: &controller,
		}}
		if c.meshed(i % c.namespaces) {
			inject(p, "default")
		}
		if err := c.server.Create(ctx, p); err != nil {
			return err
		}
		ready(p, i*c.pods/c.services+n)
		if err := c.server.Status().Update(ctx, p); err != nil {
			return err
		}
		pods = append(pods, p)
	}
	s := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Spec: corev1.ServiceSpec{
		Selector: has, Ports: []corev1.ServicePort{{Name: "http", Port: 80, TargetPort: intstr.FromInt32(8080)}},
	}}
	if err := c.server.Create(ctx, s); err != nil {
		return err
	}
	return c.server.Create(ctx, sliceOf(s, pods))
}

// policy is a PeerAuthentication for the pods of a Service, or a DestinationRule
// for its host.
func (c *crowd) policy(i int) client.Object {
	service := i / 2 % c.services
	name, namespace := fmt.Sprintf("svc-%04d", service), fmt.Sprintf("ns-%03d", service%c.namespaces)
	u := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication",
		"spec": map[string]any{
			"selector": map[string]any{"matchLabels": map[string]any{"app": name}},
			"mtls":     map[string]any{"mode": "STRICT"},
		},
	}}
	if i%2 == 1 {
		u.Object = map[string]any{
			"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule",
			"spec": map[string]any{
				"host":          name + "." + namespace + ".svc.cluster.local",
				"trafficPolicy": map[string]any{"tls": map[string]any{"mode": "ISTIO_MUTUAL"}},
			},
		}
	}
	u.SetNamespace(namespace)
	u.SetName(name)
	return u
}
