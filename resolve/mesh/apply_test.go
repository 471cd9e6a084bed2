package mesh_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	securityapi "istio.io/api/security/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/change"
)

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// webDeployment makes the pods of runningCluster.
func webDeployment(podLabels, annotations map[string]string) resolve.Object {
	c := &resolve.Controller{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"}, TemplateField: "spec.template"}
	c.Template.Labels, c.Template.Annotations = podLabels, annotations
	c.Template.Spec.Containers = []corev1.Container{{Name: "app", Ports: []corev1.ContainerPort{{ContainerPort: 8080}}}}
	return object(resolve.KindDeployment, c)
}

// runningCluster is a Deployment with a pod that has a sidecar, a Service of it and
// the slice that leads there.
func runningCluster() []resolve.Object {
	pod := ownedBy(runningPod("web-5d4-x", "app", "istio-proxy"), "ReplicaSet", "web-5d4")
	pod.Labels = map[string]string{"app": "web", "pod-template-hash": "5d4"}
	pod.Status.PodIP = "10.0.0.1"
	service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"}}
	service.Spec.Selector, service.Spec.ClusterIP = map[string]string{"app": "web"}, "10.96.0.1"
	service.Spec.Ports = []corev1.ServicePort{{Name: "http", Port: 80}}
	slice := &discoveryv1.EndpointSlice{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web-1", Labels: map[string]string{discoveryv1.LabelServiceName: "web"}}}
	slice.Endpoints = []discoveryv1.Endpoint{{Addresses: []string{"10.0.0.1"}}}
	return []resolve.Object{
		injectedNamespace(), webDeployment(map[string]string{"app": "web"}, nil), object(resolve.KindPod, pod),
		object(resolve.KindService, service), object(resolve.KindEndpointSlice, slice),
	}
}

func serviceAccount(namespace string) resolve.Object {
	return object(resolve.KindServiceAccount, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "new"}})
}

// TestApplyPrunes what an earlier file made, is not owned, and lives where something
// is applied.
func TestApplyPrunes(t *testing.T) {
	t.Parallel()
	all := func(resolve.Object) bool { return true }
	base := runningCluster()
	for i := range base[1:] { // the Namespace was not made from a file
		base[i+1].Value.SetAnnotations(map[string]string{lastApplied: "{}"})
	}
	for namespace, want := range map[string]string{
		"shop": "Namespace/shop ServiceAccount/new",
		"bank": "Namespace/shop Deployment/web Pod/web-5d4-x Service/web EndpointSlice/web-1 ServiceAccount/new",
	} {
		apply := []resolve.Object{serviceAccount(namespace)}
		got, _ := change.Change{Apply: apply, Prune: all}.To(base)
		if kinds(got) != want {
			t.Errorf("pruned beside what is applied to %s:\n%s\nwant\n%s", namespace, kinds(got), want)
		}
	}
}

func kinds(objects []resolve.Object) string {
	var words []string
	for _, o := range objects {
		words = append(words, string(o.Kind)+"/"+o.Value.GetName())
	}
	return strings.Join(words, " ")
}

// TestApplyReplacesPods: a changed template means other pods, and other endpoints
// than the slices tell; a template that only says when it was restarted does not.
func TestApplyReplacesPods(t *testing.T) {
	t.Parallel()
	off := map[string]string{"app": "web", "sidecar.istio.io/inject": "false"}
	for _, c := range []struct {
		name   string
		change change.Change
		want   string
	}{
		{"nothing", change.Change{}, "Namespace/shop Deployment/web Pod/web-5d4-x Service/web EndpointSlice/web-1"},
		{"the same again", change.Change{Apply: []resolve.Object{webDeployment(map[string]string{"app": "web"}, nil)}},
			"Namespace/shop Pod/web-5d4-x Service/web EndpointSlice/web-1 Deployment/web"},
		{"an annotation of kubectl", change.Change{Apply: []resolve.Object{webDeployment(map[string]string{"app": "web"}, map[string]string{"kubectl.kubernetes.io/restartedAt": "now"})}},
			"Namespace/shop Pod/web-5d4-x Service/web EndpointSlice/web-1 Deployment/web"},
		{"another template", change.Change{Apply: []resolve.Object{webDeployment(off, nil)}}, "Namespace/shop Service/web Deployment/web"},
		{"a restart", change.Change{Restart: true}, "Namespace/shop Deployment/web Service/web"},
		{"the workload deleted", change.Change{Remove: []resolve.Ref{{Kind: resolve.KindDeployment, Namespace: "shop", Name: "web"}}}, "Namespace/shop Service/web"},
		{"the namespace deleted", change.Change{Remove: []resolve.Ref{{Kind: resolve.KindNamespace, Name: "shop"}}}, ""},
		{"the Service deleted", change.Change{Remove: []resolve.Ref{{Kind: resolve.KindService, Namespace: "shop", Name: "web"}}}, "Namespace/shop Deployment/web Pod/web-5d4-x"},
		{"pruned, but no file had made it", change.Change{Apply: []resolve.Object{serviceAccount("shop")}, Prune: func(resolve.Object) bool { return true }},
			"Namespace/shop Deployment/web Pod/web-5d4-x Service/web EndpointSlice/web-1 ServiceAccount/new"},
	} {
		got, _ := c.change.To(runningCluster())
		if kinds(got) != c.want {
			t.Errorf("%s leaves\n%s\nwant\n%s", c.name, kinds(got), c.want)
		}
	}
}

// TestApplyShowsTheRollout: what the Mesh says of the changed workload is what the
// template makes, and the Service leads there.
func TestApplyShowsTheRollout(t *testing.T) {
	t.Parallel()
	head, _ := change.Change{Apply: []resolve.Object{webDeployment(map[string]string{"app": "web", "sidecar.istio.io/inject": "false"}, nil)}}.To(runningCluster())
	m := build(head)
	if got := summary(m); got != "deploy/web variant 0: 0 of 0 pods, none\n" {
		t.Errorf("while it rolls out, the workload is %q", got)
	}
	if e := m.Hosts()[0].Ports[0].Endpoints; len(e) != 1 || e[0].Workload == nil || e[0].Port != 80 {
		t.Errorf("the Service leads to %v", e)
	}
	if got := m.Services()[0].Addresses; len(got) != 1 || got[0] != "10.96.0.1" {
		t.Errorf("the Service has addresses %v", got)
	}
}

// TestApplyKeepsAge: what is new is the youngest and loses a tie against what is
// there (2.3); what is applied again keeps its age.
func TestApplyKeepsAge(t *testing.T) {
	t.Parallel()
	policy := func(name string, mode securityapi.PeerAuthentication_MutualTLS_Mode, age int) resolve.Object {
		p := &securityv1.PeerAuthentication{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name}}
		p.Spec.Mtls = &securityapi.PeerAuthentication_MutualTLS{Mode: mode}
		if age > 0 {
			p.CreationTimestamp = metav1.NewTime(time.Unix(int64(1000-age), 0))
		}
		return object(resolve.KindPeerAuthentication, p)
	}
	strict, permissive := securityapi.PeerAuthentication_MutualTLS_STRICT, securityapi.PeerAuthentication_MutualTLS_PERMISSIVE
	for _, c := range []struct {
		name  string
		file  string // that the base was read from, "" for a cluster
		apply []resolve.Object
		want  resolve.Mode
	}{
		{"a new one", "", []resolve.Object{policy("a", permissive, 0)}, resolve.Strict},
		{"the old one again beside a new one", "", []resolve.Object{policy("a", permissive, 0), policy("z", strict, 0)}, resolve.Strict},
		{"one that claims to be older", "", []resolve.Object{policy("a", permissive, 20)}, resolve.Strict},
		{"the old one again, claiming to be new", "", []resolve.Object{policy("z", strict, 1), policy("a", permissive, 0)}, resolve.Strict},
		{"one that is older, where all are files", "base.yaml", []resolve.Object{policy("a", permissive, 20)}, resolve.Permissive},
	} {
		base := append(runningCluster(), policy("z", strict, 10))
		for i := range base {
			base[i].Origin.File = c.file
		}
		head, _ := change.Change{Apply: c.apply}.To(base)
		if got := build(head).Workloads()[0].Default.Mode; got != c.want {
			t.Errorf("%s: the mode is %s, want %s", c.name, got, c.want)
		}
	}
}

// TestApplyMergesLabels: as kubectl apply does it.
func TestApplyMergesLabels(t *testing.T) {
	t.Parallel()
	namespace := func(labels map[string]string, last string) resolve.Object {
		n := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop", Labels: labels}}
		if last != "" {
			n.Annotations = map[string]string{lastApplied: last}
		}
		return object(resolve.KindNamespace, n)
	}
	on := map[string]string{"istio-injection": "enabled", "team": "a"}
	for _, c := range []struct {
		name, last string
		file       map[string]string
		want       map[string]string
		remarks    string
	}{
		{"nobody knows who set it", "", nil, on, "keeps its label istio-injection=enabled"},
		{"the last file had it", `{"metadata":{"labels":{"istio-injection":"enabled"}}}`, nil, map[string]string{"team": "a"}, "changes injection"},
		{"the last file had none", `{"metadata":{}}`, map[string]string{"new": "b"}, map[string]string{"istio-injection": "enabled", "team": "a", "new": "b"}, "keeps its label"},
		{"what it had cannot be read", `{"met`, nil, on, "keeps its label"},
		{"the file says something else", "", map[string]string{"istio-injection": "disabled"}, map[string]string{"istio-injection": "disabled", "team": "a"}, "changes injection"},
		{"the file says the same", "", on, on, ""},
	} {
		base := append(runningCluster()[1:], namespace(on, c.last))
		head, remarks := change.Change{Apply: []resolve.Object{namespace(c.file, "")}}.To(base)
		if diff := cmp.Diff(c.want, head[len(head)-1].Value.GetLabels()); diff != "" {
			t.Errorf("%s: labels (-want +got)\n%s", c.name, diff)
		}
		if got := fmt.Sprint(remarks); c.remarks == "" && len(remarks) > 0 || !strings.Contains(got, c.remarks) {
			t.Errorf("%s: remarks %s, want %q", c.name, got, c.remarks)
		}
		if base[len(base)-1].Value.GetLabels()["team"] != "a" {
			t.Errorf("%s: the base has changed", c.name)
		}
	}
}

// TestApplyTheSame: to apply what is there changes no answer, of any random mesh.
func TestApplyTheSame(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		again := newWorld(seed).objects()
		head, _ := change.Change{Apply: again}.To(newWorld(seed).objects())
		if diff := cmp.Diff(outcomes(build(newWorld(seed).objects())), outcomes(build(head))); diff != "" {
			t.Fatalf("seed %d: calls differ (-was +is)\n%s", seed, diff)
		}
	}
}
