package change

import (
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
)

// Change is what kubectl would do to a cluster. The zero Change does nothing.
type Change struct {
	// Apply are objects that are created, or take the place of those of the same name.
	Apply []resolve.Object
	// Replace are objects that take the place of those of the same name as kubectl replace
	// does it: what they do not say is gone. They keep their age.
	Replace []resolve.Object
	// Remove names objects that are deleted, with all that goes with them: the
	// contents of a Namespace, the pods of a workload.
	Remove []resolve.Ref
	// Prune reports objects that are deleted unless they are applied, or some controller
	// owns them, or nothing is applied to their namespace, or a cluster has them that
	// kubectl apply did not make; nil prunes nothing.
	Prune func(resolve.Object) bool
	// Restart makes all pods of workloads anew, as their templates and the injector
	// have them now.
	Restart bool
}

// applying is one Change on its way.
type applying struct {
	Change
	base []resolve.Object
	// was are the objects that are applied, and the Services, as they were.
	was     map[resolve.Ref]resolve.Object
	applied map[resolve.Ref]bool
	removed map[resolve.Ref]bool
	// renewed are workloads whose running pods go: deleted, or their template changed.
	renewed map[resolve.Ref]bool
	// touched are the pod labels of what comes, goes or changes: Services that select
	// them have other endpoints than their EndpointSlices say.
	touched []touchedPods
	young   metav1.Time
	// live is true for a base that was read of a cluster: what a file says of ages is
	// nothing to it, and what it holds was not all applied from files.
	live    bool
	remarks []resolve.Problem
}

type touchedPods struct {
	namespace string
	labels    map[string]string
}

// To returns the objects of a cluster as the Change leaves them, base first, in an
// order that depends on nothing but the order of both, and remarks on what it
// does not change. Objects of Apply are adapted: like kubectl apply it keeps the age
// and addresses of what was there, and the labels and annotations that nobody is
// known to have taken out.
func (c Change) To(base []resolve.Object) ([]resolve.Object, []resolve.Problem) {
	a := &applying{
		Change: c, base: base, was: map[resolve.Ref]resolve.Object{},
		applied: map[resolve.Ref]bool{}, removed: map[resolve.Ref]bool{}, renewed: map[resolve.Ref]bool{},
	}
	for _, o := range slices.Concat(c.Apply, c.Replace) {
		a.applied[o.Ref()] = true
	}
	for _, o := range base {
		if ref := o.Ref(); ref.Kind == resolve.KindService || a.applied[ref] {
			a.was[ref] = o
		}
		a.live = a.live || o.OfCluster()
		if t := o.Value.GetCreationTimestamp(); a.young.Before(&t) {
			a.young = t
		}
	}
	a.removals()
	for _, o := range c.Apply {
		a.apply(o)
	}
	for _, o := range c.Replace {
		a.replace(o)
	}
	if c.Restart {
		a.restart()
	}
	head := a.kept()
	return append(append(head, c.Apply...), c.Replace...), config.SortProblems(a.remarks)
}

// removals finds everything that is deleted.
func (a *applying) removals() {
	for _, r := range a.Remove {
		a.removed[r] = true
	}
	if a.Prune != nil {
		for _, o := range a.base {
			if a.prunes(o) {
				a.removed[o.Ref()] = true
			}
		}
	}
	for _, o := range a.base {
		r := o.Ref()
		if r.Namespace != "" && a.removed[resolve.Ref{Kind: resolve.KindNamespace, Name: r.Namespace}] {
			a.removed[r] = true
		}
		if a.removed[r] {
			a.renew(o)
		}
	}
}

// prunes reports an object that goes because no file has it any more: as kubectl does,
// only of the namespaces that something is applied to, and of a cluster only what
// was applied before.
func (a *applying) prunes(o resolve.Object) bool {
	r := o.Ref()
	if a.applied[r] || metav1.GetControllerOf(o.Value) != nil || !a.Prune(o) {
		return false
	}
	if _, was := o.Value.GetAnnotations()[resolve.LastApplied]; a.live && !was {
		return false
	}
	return r.Namespace == "" || slices.ContainsFunc(a.Apply, func(o resolve.Object) bool { return o.Value.GetNamespace() == r.Namespace })
}

// renew lets the pods of a workload go, if the object is one.
func (a *applying) renew(o resolve.Object) {
	switch v := o.Value.(type) {
	case *resolve.Controller:
		a.renewed[o.Ref()] = true
		a.touch(v.Namespace, v.Template.Labels)
	case *corev1.Pod:
		a.touch(v.Namespace, v.Labels)
	}
}

func (a *applying) touch(namespace string, labels map[string]string) {
	a.touched = append(a.touched, touchedPods{namespace, labels})
}

// apply adapts one object to what was there.
func (a *applying) apply(o resolve.Object) {
	was, replaces := a.was[o.Ref()]
	switch v := o.Value.(type) {
	case *resolve.Controller:
		if !replaces {
			a.touch(v.Namespace, v.Template.Labels)
		} else if old, ok := was.Value.(*resolve.Controller); ok {
			a.applyController(o, v, was, old)
		}
	case *corev1.Pod:
		a.touch(v.Namespace, v.Labels)
	case *corev1.Service:
		if old, ok := was.Value.(*corev1.Service); ok && replaces {
			if partialService(v) {
				fillService(v, old)
			}
			keepAddresses(v, old)
			if was.OfCluster() {
				a.mergeService(v, was, old)
			}
		}
	case *corev1.Namespace:
		if replaces {
			defer a.remarkInjection(o, maps.Clone(was.Value.GetLabels()))
		}
	}
	history(o, was)
	if replaces {
		a.keepMeta(o, was)
	} else if t := o.Value.GetCreationTimestamp(); (t.IsZero() || a.live) && !a.young.IsZero() {
		o.Value.SetCreationTimestamp(metav1.NewTime(a.young.Add(time.Second))) // what is new is the youngest (2.3)
	}
}

func (a *applying) applyController(o resolve.Object, v *resolve.Controller, was resolve.Object, old *resolve.Controller) {
	if partial(v) {
		fill(v, old)
	}
	if v.Replicas == nil {
		v.Replicas = old.Replicas
	}
	if was.OfCluster() {
		a.mergeTemplate(o, v, was, old)
	}
	if pod.TemplateOf(config.Typed[*resolve.Controller]{Object: was, As: old}).Key() != pod.TemplateOf(config.Typed[*resolve.Controller]{Object: o, As: v}).Key() {
		a.renew(was)
		a.renew(o)
	}
}

// keepAddresses keeps what the API server gave a Service.
func keepAddresses(v, old *corev1.Service) {
	if v.Spec.ClusterIP == "" && v.Spec.Type != corev1.ServiceTypeExternalName && old.Spec.Type != corev1.ServiceTypeExternalName {
		v.Spec.ClusterIP, v.Spec.ClusterIPs = old.Spec.ClusterIP, old.Spec.ClusterIPs
	}
	v.Status = old.Status
}

func (a *applying) restart() {
	for _, list := range [][]resolve.Object{a.base, a.Apply} {
		for _, o := range list {
			if _, ok := o.Value.(*resolve.Controller); ok {
				a.renew(o)
			}
		}
	}
}

// kept are the objects of the base that stay as they are.
func (a *applying) kept() []resolve.Object {
	var owner pod.Owners
	if len(a.renewed) > 0 {
		owner = a.owners()
	}
	stale := a.staleServices()
	return slices.DeleteFunc(slices.Clone(a.base), func(o resolve.Object) bool {
		ref := o.Ref()
		if a.removed[ref] || a.applied[ref] {
			return true
		}
		switch v := o.Value.(type) {
		case *corev1.Pod:
			return len(a.renewed) > 0 && a.renewed[owner.Top(resolve.KindPod, &v.ObjectMeta)]
		case *resolve.Controller:
			if len(a.renewed) == 0 {
				return false
			}
			top := owner.Top(o.Kind, &v.ObjectMeta)
			return top != ref && a.renewed[top] // a ReplicaSet of the old template
		}
		service, backs := backed(o)
		return backs && stale[service]
	})
}

func (a *applying) owners() pod.Owners {
	var controllers []config.Typed[*resolve.Controller]
	for _, o := range a.base {
		if c, ok := o.Value.(*resolve.Controller); ok {
			controllers = append(controllers, config.Typed[*resolve.Controller]{Object: o, As: c})
		}
	}
	return pod.NewOwners(controllers)
}
