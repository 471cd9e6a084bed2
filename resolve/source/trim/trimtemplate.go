package trim

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Template is a controller: whatever it is, only its template matters.
func Template(kind resolve.Kind, full bool, meta *metav1.ObjectMeta, replicas *int32, t *corev1.PodTemplateSpec, path ...string) resolve.Object {
	c := &resolve.Controller{ObjectMeta: Meta(meta, full), Replicas: replicas, TemplateField: resolve.Path(path...)}
	c.Template.Labels = t.Labels
	c.Template.Annotations, c.Template.Spec = t.Annotations, t.Spec
	if !full {
		c.Template.Annotations = istioOnly(t.Annotations)
		c.Template.Spec = trimSpec(&t.Spec, IsIstiod(meta))
		KeepApplied(&c.ObjectMeta, meta, templatePart)
	}
	return resolve.Object{Kind: kind, Value: c}
}

// IsIstiod reports the control plane's own Deployment, whose environment holds
// switches that change answers (rulebook 9.2).
func IsIstiod(meta *metav1.ObjectMeta) bool { return meta.Labels["app"] == "istiod" }
