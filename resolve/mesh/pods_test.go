package mesh_test

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// runningPod is a pod as a cluster reports it.
func runningPod(name string, containers ...string) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name, Labels: map[string]string{"app": "web"}}}
	p.Spec.NodeName, p.Status.Phase = "node", corev1.PodRunning
	for _, c := range containers {
		p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Name: c, Ports: []corev1.ContainerPort{{ContainerPort: 8080}}})
	}
	return p
}

func ownedBy(p *corev1.Pod, kind, name string) *corev1.Pod {
	yes := true
	p.OwnerReferences = []metav1.OwnerReference{{Kind: kind, Name: name, Controller: &yes}}
	return p
}

func injectedNamespace() resolve.Object {
	return object(resolve.KindNamespace, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop", Labels: map[string]string{"istio-injection": "enabled"}}})
}

func pods(list ...*corev1.Pod) []resolve.Object {
	out := []resolve.Object{injectedNamespace()}
	for _, p := range list {
		out = append(out, object(resolve.KindPod, p))
	}
	return out
}

// summary is one line a workload: name, variant, pods, dataplane.
func summary(m *mesh.Mesh) string {
	var b strings.Builder
	for _, w := range m.Workloads() {
		fmt.Fprintf(&b, "%s variant %d: %d of %d pods, %s\n", w.Short(), w.Variant, w.Pods, w.PodsOf, w.Membership.Dataplane)
	}
	return b.String()
}

func TestPodsAreShownAsTheirController(t *testing.T) {
	t.Parallel()
	hashed := func(name string, containers ...string) *corev1.Pod {
		p := ownedBy(runningPod(name, containers...), "ReplicaSet", "web-5d4")
		p.Labels["pod-template-hash"] = "5d4"
		return p
	}
	for _, c := range []struct {
		name string
		in   []resolve.Object
		want string
	}{
		{"a bare pod stands for itself", pods(runningPod("web", "app", "istio-proxy")), "pod/web variant 0: 1 of 1 pods, sidecar\n"},
		{"the hash names the Deployment behind a ReplicaSet that is not in the input", pods(hashed("web-5d4-a", "app", "istio-proxy"), hashed("web-5d4-b", "app", "istio-proxy")), "deploy/web variant 0: 2 of 2 pods, sidecar\n"},
		{"a Job of a CronJob", pods(ownedBy(runningPod("r-1", "app"), "Job", "report-28912345")), "cj/report variant 0: 1 of 1 pods, none\n"},
		{"a StatefulSet's pods differ only in their name label", pods(
			labelled(ownedBy(runningPod("db-0", "app", "istio-proxy"), "StatefulSet", "db"), "statefulset.kubernetes.io/pod-name", "db-0"),
			labelled(ownedBy(runningPod("db-1", "app", "istio-proxy"), "StatefulSet", "db"), "statefulset.kubernetes.io/pod-name", "db-1")),
			"sts/db variant 0: 2 of 2 pods, sidecar\n"},
		{"pods that differ are variants, most pods first", pods(hashed("web-5d4-a", "app"), hashed("web-5d4-b", "app", "istio-proxy"), hashed("web-5d4-c", "app")),
			"deploy/web variant 1: 2 of 3 pods, none\ndeploy/web variant 2: 1 of 3 pods, sidecar\n"},
		{"a finished pod serves nothing", pods(finished(runningPod("done", "app"))), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := summary(build(c.in)); got != c.want {
				t.Errorf("the workloads are\n%swant\n%s", got, c.want)
			}
		})
	}
}

func labelled(p *corev1.Pod, key, value string) *corev1.Pod {
	p.Labels[key] = value
	return p
}

func finished(p *corev1.Pod) *corev1.Pod {
	p.Status.Phase = corev1.PodSucceeded
	return p
}

func TestRunningPodsBeatTheTemplate(t *testing.T) {
	t.Parallel()
	c := &resolve.Controller{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"}, TemplateField: "spec.template"}
	c.Template.Labels = map[string]string{"app": "web"}
	old := ownedBy(runningPod("web-1", "app"), "Deployment", "web")
	m := build(append(pods(old), object(resolve.KindDeployment, c)))
	if len(m.Workloads()) != 1 {
		t.Fatalf("want one workload, got\n%s", summary(m))
	}
	w := m.Workloads()[0]
	if w.Membership.Dataplane != resolve.DataplaneNone || !strings.Contains(words.Because(w.Membership.Why), "the pod is older") || words.Rule(w.Membership.Why) != "1.7" {
		t.Errorf("a pod older than the label has the membership %+v", w.Membership)
	}
}

func TestObservedDataplanes(t *testing.T) {
	t.Parallel()
	router := runningPod("edge", "istio-proxy")
	router.Spec.Containers[0].Args = []string{"proxy", "router"}
	waypoint := runningPod("waypoint", "istio-proxy")
	waypoint.Spec.Containers[0].Args = []string{"proxy", "waypoint"}
	ztunnel := runningPod("ztunnel", "istio-proxy")
	ztunnel.Spec.Containers[0].Args = []string{"proxy", "ztunnel"}
	ambient := runningPod("calm", "app")
	ambient.Annotations = map[string]string{"ambient.istio.io/redirection": "enabled"}
	native := runningPod("native", "app")
	always := corev1.ContainerRestartPolicyAlways
	native.Spec.InitContainers = []corev1.Container{{Name: "istio-proxy", RestartPolicy: &always}}
	canary := runningPod("canary", "app", "istio-proxy")
	canary.Annotations = map[string]string{"sidecar.istio.io/status": `{"revision":"1-31"}`}
	for _, c := range []struct {
		pod  *corev1.Pod
		want resolve.Dataplane
		rev  string
	}{
		{router, resolve.DataplaneGateway, "default"}, {waypoint, resolve.DataplaneWaypoint, "default"},
		{ambient, resolve.DataplaneAmbient, "default"}, {native, resolve.DataplaneSidecar, "default"},
		{canary, resolve.DataplaneSidecar, "1-31"}, {ztunnel, resolve.DataplaneNone, ""}, {runningPod("bare", "app"), resolve.DataplaneNone, ""},
	} {
		m := build(pods(c.pod)).Workloads()[0].Membership
		if m.Dataplane != c.want || m.Revision != c.rev || !m.Observed {
			t.Errorf("pod %s is %s of revision %q, want %s of %q", c.pod.Name, m.Dataplane, m.Revision, c.want, c.rev)
		}
	}
}
