package manifest

import (
	"reflect"

	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// controller decodes a kind that makes pods from the template at path.
func controller(path ...string) func(*decoder, *yaml.Node) metav1.Object {
	return func(d *decoder, n *yaml.Node) metav1.Object {
		c := &controlled{}
		c.TemplateField = resolve.Path(path...)
		c.read(d, n, path)
		switch {
		case c.elsewhere:
			d.mark(n, markWorkloadRef, "")
			return nil
		case d.part && len(c.Template.Spec.Containers) == 0 && len(c.Template.Labels) > 0:
		case c.partial() && d.doc.file == "<stdin>":
			d.report(n, "a controller without containers is not read: the text is cut off, or it is a patch", "Kubernetes refuses it as it stands")
			return nil
		case c.partial():
			d.mark(n, markPatch, "")
			return nil
		}
		return &c.Controller
	}
}

// controlled is a Controller while it is being read.
type controlled struct {
	resolve.Controller
	// selector is whether the object says which pods are its own; elsewhere is
	// an Argo Rollout that takes the template of a Deployment.
	selector, elsewhere bool
}

// read follows path down to the template and takes what lies along it.
func (c *controlled) read(d *decoder, n *yaml.Node, path []string) {
	n, ok := d.enter(n)
	if !ok || !d.want(n, yaml.MappingNode, "an object") {
		return
	}
	defer d.leave()
	d.each(n, func(key, value *yaml.Node) {
		d.in(key.Value, func() { c.field(d, key.Value, value, path) })
	})
}

func (c *controlled) field(d *decoder, key string, n *yaml.Node, path []string) {
	switch {
	case key == path[0] && len(path) == 1:
		d.decode(n, reflect.ValueOf(&c.Template).Elem())
	case key == path[0]:
		c.read(d, n, path[1:])
	case key == "metadata" && c.Name == "":
		d.decode(n, reflect.ValueOf(&c.ObjectMeta).Elem())
	case key == "replicas":
		d.decode(n, reflect.ValueOf(&c.Replicas).Elem())
	case key == "selector":
		c.selector = Follow(n) != nil
	case key == "workloadRef":
		c.elsewhere = Follow(n) != nil
	}
}

// partial reports whether this can only be a patch for an object that stands
// elsewhere: the API server takes no controller without containers, and none
// without selector, labels and images. Reading it as a workload would hide the
// real one.
func (c *controlled) partial() bool {
	containers := c.Template.Spec.Containers
	return len(containers) == 0 || !c.selector && len(c.Template.Labels) == 0 && lacksImage(containers)
}

func lacksImage(containers []corev1.Container) bool {
	for _, c := range containers {
		if c.Image == "" {
			return true
		}
	}
	return false
}
