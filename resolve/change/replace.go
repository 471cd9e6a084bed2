package change

import (
	"maps"

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

// fill gives such a workload what it does not say.
func fill(v, old *resolve.Controller) {
	keys := func(own, others map[string]string) map[string]string {
		all := maps.Clone(others)
		if all == nil {
			all = map[string]string{}
		}
		maps.Copy(all, own)
		return all
	}
	v.Template.Labels, v.Template.Annotations = keys(v.Template.Labels, old.Template.Labels), keys(v.Template.Annotations, old.Template.Annotations)
	v.Labels, v.Annotations = keys(v.Labels, old.Labels), keys(v.Annotations, old.Annotations)
	v.Template.Spec = old.Template.Spec
}
