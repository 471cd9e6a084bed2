package change

import (
	"maps"

	corev1 "k8s.io/api/core/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
)

// replace gives an object the age of what was there. One that nobody had is the youngest
// (2.3).
func (a *applying) replace(o resolve.Object) {
	was, replaces := a.was[o.Ref()]
	if !replaces {
		a.apply(o)
		return
	}
	o.Value.SetCreationTimestamp(was.Value.GetCreationTimestamp())
	o.Value.SetOwnerReferences(was.Value.GetOwnerReferences())
	history(o, was)
	v, ok := o.Value.(*resolve.Controller)
	old, wasOne := was.Value.(*resolve.Controller)
	if ok && wasOne && pod.TemplateOf(config.Typed[*resolve.Controller]{Object: was, As: old}).Key() != pod.TemplateOf(config.Typed[*resolve.Controller]{Object: o, As: v}).Key() {
		a.renew(was)
		a.renew(o)
	}
}

// partial reports a workload that names no containers: no API server would create it,
// so that it can be meant for server-side apply only, as a few fields of one that is
// there.
func partial(v *resolve.Controller) bool { return len(v.Template.Spec.Containers) == 0 }

// partialService reports a Service without anything in its spec, which is a few labels in the same way.
func partialService(v *corev1.Service) bool {
	return len(v.Spec.Ports) == 0 && len(v.Spec.Selector) == 0 && v.Spec.Type == "" && v.Spec.ExternalName == ""
}

func fillService(v, old *corev1.Service) {
	v.Labels, v.Annotations = withKeys(v.Labels, old.Labels), withKeys(v.Annotations, old.Annotations)
	v.Spec = *old.Spec.DeepCopy()
}

// fill gives such a workload what it does not say.
func fill(v, old *resolve.Controller) {
	v.Template.Labels, v.Template.Annotations = withKeys(v.Template.Labels, old.Template.Labels), withKeys(v.Template.Annotations, old.Template.Annotations)
	v.Labels, v.Annotations = withKeys(v.Labels, old.Labels), withKeys(v.Annotations, old.Annotations)
	v.Template.Spec = old.Template.Spec
}

// withKeys is a map with the keys of another that it lacks.
func withKeys(own, others map[string]string) map[string]string {
	all := maps.Clone(others)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, own)
	return all
}
