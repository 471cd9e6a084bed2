package change

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// mergeTemplate merges what somebody wrote into the template of the pods: a label by
// which a workload left the mesh, for instance.
func (a *applying) mergeTemplate(o resolve.Object, v *resolve.Controller, was resolve.Object, old *resolve.Controller) {
	last := lastAppliedOf(was).Spec.Template.Metadata
	if strings.HasPrefix(string(v.TemplateField), "spec.jobTemplate") {
		last = lastAppliedOf(was).Spec.JobTemplate.Spec.Template.Metadata
	}
	v.Template.Labels = a.mergedKeys(o, "pod label", v.Template.Labels, old.Template.Labels, last.Labels)
	v.Template.Annotations = a.mergedKeys(o, "pod annotation", v.Template.Annotations, old.Template.Annotations, last.Annotations)
}

// mergeService merges the selector, and the ports by their number.
func (a *applying) mergeService(v *corev1.Service, was resolve.Object, old *corev1.Service) {
	last := lastAppliedOf(was).Spec
	v.Spec.Selector, _ = merged(v.Spec.Selector, old.Spec.Selector, last.Selector)
	number := func(n int32) func(corev1.ServicePort) bool {
		return func(p corev1.ServicePort) bool { return p.Port == n }
	}
	for _, p := range old.Spec.Ports {
		dropped := slices.ContainsFunc(last.Ports, func(l struct {
			Port int32 `json:"port"`
		}) bool {
			return l.Port == p.Port
		})
		if !dropped && !slices.ContainsFunc(v.Spec.Ports, number(p.Port)) {
			v.Spec.Ports = append(v.Spec.Ports, p)
		}
	}
}
