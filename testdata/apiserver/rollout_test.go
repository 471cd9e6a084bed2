package apiserver

import (
	"context"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// rollout is what the controllers of a real cluster do after a Deployment was applied,
// done by hand, since none runs here: the pods of the old template go, those of the
// new one come, injected by a revision or, where it is "", not at all, and
// EndpointSlices follow.
func rollout(namespace, name, revision string) func(*testing.T, *story) {
	return func(t *testing.T, st *story) {
		t.Helper()
		d := &appsv1.Deployment{}
		if err := st.server.Get(context.Background(), types.NamespacedName{Namespace: namespace, Name: name}, d); err != nil {
			t.Fatal(err)
		}
		st.retire(t, namespace, d.Spec.Selector.MatchLabels)
		st.meshed = map[string]string{}
		if revision != "" {
			st.meshed["Deployment "+namespace+"/"+name] = revision
		}
		st.deployment(t, d)
		st.follow(t, namespace)
	}
}

// collected is what becomes of the pods of a Deployment that was deleted.
func collected(namespace string, selector map[string]string) func(*testing.T, *story) {
	return func(t *testing.T, st *story) {
		t.Helper()
		st.retire(t, namespace, selector)
		st.follow(t, namespace)
	}
}

// followed is what becomes of the EndpointSlices of a namespace.
func followed(namespace string) func(*testing.T, *story) {
	return func(t *testing.T, st *story) { st.follow(t, namespace) }
}

// retire deletes the ReplicaSets and pods that a selector selects. No kubelet is there
// to wait for.
func (st *story) retire(t *testing.T, namespace string, selector map[string]string) {
	t.Helper()
	for _, o := range []client.Object{&appsv1.ReplicaSet{}, &corev1.Pod{}} {
		err := st.server.DeleteAllOf(context.Background(), o, client.InNamespace(namespace), client.MatchingLabels(selector), client.GracePeriodSeconds(0))
		if err != nil {
			t.Fatal(err)
		}
	}
}

// follow writes the EndpointSlices of a namespace anew, from its Services and pods.
func (st *story) follow(t *testing.T, namespace string) {
	t.Helper()
	s, in := st.server, client.InNamespace(namespace)
	if err := s.DeleteAllOf(context.Background(), &discoveryv1.EndpointSlice{}, in); err != nil {
		t.Fatal(err)
	}
	services, pods := &corev1.ServiceList{}, &corev1.PodList{}
	if err := s.List(context.Background(), services, in); err != nil {
		t.Fatal(err)
	}
	if err := s.List(context.Background(), pods, in); err != nil {
		t.Fatal(err)
	}
	for i := range services.Items {
		service := &services.Items[i]
		var selected []*corev1.Pod
		for j := range pods.Items {
			if labels.SelectorFromSet(service.Spec.Selector).Matches(labels.Set(pods.Items[j].Labels)) {
				selected = append(selected, &pods.Items[j])
			}
		}
		s.create(t, sliceOf(service, selected))
	}
}
