package cluster

import (
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/trim"
)

// The takers turn the items of a page into objects, cut down to what some answer
// depends on, so that a page can go as soon as it is read.

func takeNamespaces(page runtime.Object, full bool, add func(resolve.Object)) {
	items := page.(*corev1.NamespaceList).Items
	for i := range items {
		n := &corev1.Namespace{ObjectMeta: trim.Meta(&items[i].ObjectMeta, full)}
		if !full {
			trim.KeepApplied(&n.ObjectMeta, &items[i].ObjectMeta, nil)
		}
		if n.Name == metav1.NamespaceSystem {
			n.UID = items[i].UID // the cluster's identity, see Cluster.ID
		}
		add(live(resolve.KindNamespace, n))
	}
}

func takePods(page runtime.Object, full bool, add func(resolve.Object)) {
	items := page.(*corev1.PodList).Items
	for i := range items {
		if p := &items[i]; !completed(p) {
			add(live(resolve.KindPod, trim.Pod(p, full)))
		}
	}
}

// completed pods serve nothing and call nobody any more.
func completed(p *corev1.Pod) bool {
	return p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed
}

func takeServices(page runtime.Object, full bool, add func(resolve.Object)) {
	items := page.(*corev1.ServiceList).Items
	for i := range items {
		add(live(resolve.KindService, trim.Service(&items[i], full)))
	}
}

func takeSlices(page runtime.Object, full bool, add func(resolve.Object)) {
	items := page.(*discoveryv1.EndpointSliceList).Items
	for i := range items {
		add(live(resolve.KindEndpointSlice, trim.Slice(&items[i], full)))
	}
}

func takeDeployments(page runtime.Object, full bool, add func(resolve.Object)) {
	items := page.(*appsv1.DeploymentList).Items
	for i := range items {
		d := &items[i]
		add(trim.Template(resolve.KindDeployment, full, &d.ObjectMeta, d.Spec.Replicas, &d.Spec.Template, "spec", "template"))
	}
}

func takeStatefulSets(page runtime.Object, full bool, add func(resolve.Object)) {
	items := page.(*appsv1.StatefulSetList).Items
	for i := range items {
		s := &items[i]
		add(trim.Template(resolve.KindStatefulSet, full, &s.ObjectMeta, s.Spec.Replicas, &s.Spec.Template, "spec", "template"))
	}
}

func takeDaemonSets(page runtime.Object, full bool, add func(resolve.Object)) {
	items := page.(*appsv1.DaemonSetList).Items
	for i := range items {
		d := &items[i]
		add(trim.Template(resolve.KindDaemonSet, full, &d.ObjectMeta, nil, &d.Spec.Template, "spec", "template"))
	}
}

func takeCronJobs(page runtime.Object, full bool, add func(resolve.Object)) {
	items := page.(*batchv1.CronJobList).Items
	for i := range items {
		c := &items[i]
		add(trim.Template(resolve.KindCronJob, full, &c.ObjectMeta, nil, &c.Spec.JobTemplate.Spec.Template, "spec", "jobTemplate", "spec", "template"))
	}
}

func live(kind resolve.Kind, o metav1.Object) resolve.Object {
	return resolve.Object{Kind: kind, Value: o}
}
