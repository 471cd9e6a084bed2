package apiserver

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// story tells files to a server as a cluster would have them after a while: no
// controller runs there, so that ReplicaSets, pods and EndpointSlices are made
// here, and the pods that the injector would have given a sidecar have one.
type story struct {
	server *server
	// meshed are the controllers whose pods get a sidecar: "Deployment ns/name" to
	// the revision that injects them.
	meshed map[string]string
	pods   []*corev1.Pod
}

// tell makes everything that the files at a path imply, and returns the pods.
func (s *server) tell(t *testing.T, path string) []*corev1.Pod {
	t.Helper()
	st := &story{server: s, meshed: injected(t, path)}
	all := documents(t, path)
	s.apply(t, slices.DeleteFunc(slices.Clone(all), isWebhook))
	for _, o := range all {
		switch o.GetKind() {
		case "Deployment":
			st.deployment(t, typed[appsv1.Deployment](t, o))
		case "StatefulSet":
			st.statefulSet(t, typed[appsv1.StatefulSet](t, o))
		case "Pod":
			st.pods = append(st.pods, typed[corev1.Pod](t, o))
		}
	}
	for _, o := range all {
		if o.GetKind() == "Service" {
			st.slice(t, typed[corev1.Service](t, o))
		}
	}
	s.apply(t, slices.DeleteFunc(all, func(o object) bool { return !isWebhook(o) }))
	return st.pods
}

// isWebhook is true for what comes last: nobody answers it here, and a server
// that cannot ask it takes no pods.
func isWebhook(o object) bool { return o.GetKind() == "MutatingWebhookConfiguration" }

// injected asks mtlsctl which controllers of the files the injector would inject.
func injected(t *testing.T, path string) map[string]string {
	t.Helper()
	var list struct {
		Items []struct{ Kind, Namespace, Name, Dataplane, Revision string }
	}
	out := mtlsctl(t, "describe", "-f", path, "-o", "json")
	if err := json.Unmarshal([]byte(out.stdout), &list); err != nil {
		t.Fatalf("%v\n%s", err, out.stderr)
	}
	meshed := map[string]string{}
	for _, w := range list.Items {
		if w.Dataplane == "sidecar" {
			meshed[fmt.Sprintf("%s %s/%s", w.Kind, w.Namespace, w.Name)] = w.Revision
		}
	}
	return meshed
}

// replicas is how many pods a controller has: two, where it does not say.
func replicas(wanted *int32) int {
	if wanted == nil {
		return 2
	}
	return int(*wanted)
}

// deployment makes a Deployment's ReplicaSet and its pods.
func (st *story) deployment(t *testing.T, d *appsv1.Deployment) {
	t.Helper()
	hash := hashOf(fmt.Sprint(d.Name, d.Generation)) // another template, another hash
	template := d.Spec.Template.DeepCopy()
	template.Labels = with(template.Labels, appsv1.DefaultDeploymentUniqueLabelKey, hash)
	count := int32(replicas(d.Spec.Replicas))
	rs := &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: d.Namespace, Name: d.Name + "-" + hash, Labels: template.Labels,
			OwnerReferences: st.owner(t, &appsv1.Deployment{ObjectMeta: d.ObjectMeta}, "Deployment"),
		},
		Spec: appsv1.ReplicaSetSpec{Replicas: &count, Selector: &metav1.LabelSelector{MatchLabels: template.Labels}, Template: *template},
	}
	st.server.create(t, rs)
	for i := range replicas(d.Spec.Replicas) {
		p := podOf(template, d.Namespace, rs.Name+"-"+hashOf(fmt.Sprint(rs.Name, i))[:5])
		p.OwnerReferences = st.owner(t, rs, "ReplicaSet")
		st.run(t, p, "Deployment "+d.Namespace+"/"+d.Name)
	}
}

// statefulSet makes a StatefulSet's pods, which are numbered.
func (st *story) statefulSet(t *testing.T, set *appsv1.StatefulSet) {
	t.Helper()
	for i := range replicas(set.Spec.Replicas) {
		p := podOf(&set.Spec.Template, set.Namespace, fmt.Sprintf("%s-%d", set.Name, i))
		p.Labels = with(with(p.Labels, appsv1.StatefulSetPodNameLabel, p.Name), appsv1.PodIndexLabel, fmt.Sprint(i))
		p.OwnerReferences = st.owner(t, &appsv1.StatefulSet{ObjectMeta: set.ObjectMeta}, "StatefulSet")
		st.run(t, p, "StatefulSet "+set.Namespace+"/"+set.Name)
	}
}

// run makes a pod as the kubelet reports it after it became ready.
func (st *story) run(t *testing.T, p *corev1.Pod, controller string) {
	t.Helper()
	if revision, ok := st.meshed[controller]; ok {
		inject(p, revision)
	}
	p.Spec.NodeName = "node-1"
	st.server.create(t, p)
	ready(p, len(st.pods))
	if err := st.server.Status().Update(context.Background(), p); err != nil {
		t.Fatal(err)
	}
	st.pods = append(st.pods, p)
}

// owner is the reference to a controller that is in the server.
func (st *story) owner(t *testing.T, o client.Object, kind string) []metav1.OwnerReference {
	t.Helper()
	key := types.NamespacedName{Namespace: o.GetNamespace(), Name: o.GetName()}
	if err := st.server.Get(context.Background(), key, o); err != nil {
		t.Fatal(err)
	}
	return []metav1.OwnerReference{*metav1.NewControllerRef(o, appsv1.SchemeGroupVersion.WithKind(kind))}
}
