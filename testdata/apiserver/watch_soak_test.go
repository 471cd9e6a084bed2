package apiserver

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// A soak makes so many changes, and takes so long at most.
const (
	soakChanges = 20_000
	soakTime    = 100 * time.Second
)

// TestWatchSoak changes policies, rules, Services, pods and namespaces at random; the watch that
// followed all of it has the metrics of one that reads the cluster anew.
func TestWatchSoak(t *testing.T) {
	s := start(t)
	s.tell(t, fileOf("bookinfo"))
	config := s.as("root").kubeconfig(t)
	w := watches(t, config)
	const hands, spaces = 8, 16
	for i := range spaces {
		s.create(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("soak-%d", i), Labels: map[string]string{"istio-injection": "enabled"}}})
	}
	var made atomic.Int64
	var work sync.WaitGroup
	end := time.Now().Add(soakTime)
	for hand := range hands {
		work.Go(func() {
			random := rand.New(rand.NewPCG(uint64(hand), 42))
			for time.Now().Before(end) && made.Load() < soakChanges {
				namespace := fmt.Sprintf("soak-%d", hand*spaces/hands+random.IntN(spaces/hands))
				if err := s.stirs(t, random, namespace); client.IgnoreNotFound(err) != nil {
					t.Error(err)
					return
				}
				made.Add(1)
			}
		})
	}
	work.Wait()
	t.Logf("%d changes", made.Load())
	fresh := watches(t, config)
	w.until("the metrics of a fresh read", func() bool { return slices.Equal(facts(w.metrics()), facts(fresh.metrics())) })
	if n := len(facts(w.metrics())); n < 20 {
		t.Errorf("only %d metrics are compared\n%s", n, w.metrics())
	}
	fresh.stops()
	w.stops()
}

// facts are the metrics of what is in the mesh, sorted.
func facts(metrics string) (list []string) {
	for line := range strings.Lines(metrics) {
		for _, name := range []string{"mtlsctl_ports{", "mtlsctl_calls{", "mtlsctl_findings{", "mtlsctl_objects ", "mtlsctl_blind_resources "} {
			if strings.HasPrefix(line, name) {
				list = append(list, line)
			}
		}
	}
	slices.Sort(list)
	return list
}

// stirs makes, changes or deletes one object of a namespace.
func (s *server) stirs(t *testing.T, random *rand.Rand, namespace string) error {
	o, name := &unstructured.Unstructured{}, fmt.Sprintf("o%d", random.IntN(4))
	labels := map[string]any{"app": name, "version": fmt.Sprint(random.IntN(2))}
	switch random.IntN(5) {
	case 0:
		o.Object = map[string]any{"apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication",
			"spec": map[string]any{"mtls": map[string]any{"mode": []string{"STRICT", "PERMISSIVE", "DISABLE"}[random.IntN(3)]}}}
		if random.IntN(2) == 0 {
			o.Object["spec"].(map[string]any)["selector"] = map[string]any{"matchLabels": map[string]any{"app": name}}
		}
	case 1:
		o.Object = map[string]any{"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule", "spec": map[string]any{
			"host": name, "trafficPolicy": map[string]any{"tls": map[string]any{"mode": []string{"DISABLE", "ISTIO_MUTUAL"}[random.IntN(2)]}}}}
	case 2:
		o.Object = map[string]any{"apiVersion": "v1", "kind": "Service", "spec": map[string]any{"selector": map[string]any{"app": name}, "ports": []any{map[string]any{"name": "http", "port": int64(80), "targetPort": int64(8080)}}}}
	case 3:
		o.Object = map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "spec": map[string]any{"replicas": int64(random.IntN(2)), "selector": map[string]any{"matchLabels": map[string]any{"app": name}},
			"template": map[string]any{"metadata": map[string]any{"labels": labels}, "spec": map[string]any{"containers": []any{map[string]any{"name": "c", "image": "i", "ports": []any{map[string]any{"containerPort": int64(8080)}}}}}}}}
	default:
		o.Object = map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"labels": map[string]any{"istio-injection": []string{"enabled", "disabled"}[random.IntN(2)]}}}
		o.SetName(namespace)
		return s.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(o), client.FieldOwner("soak"), client.ForceOwnership)
	}
	o.SetNamespace(namespace)
	o.SetName(name)
	if random.IntN(4) == 0 {
		return s.Delete(t.Context(), o)
	}
	return s.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(o), client.FieldOwner("soak"), client.ForceOwnership)
}
