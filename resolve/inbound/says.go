package inbound

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// Says is what answers may depend on in an object, as a text that is equal for objects
// which say the same: without what the API server writes down or fills in, and
// without labels and annotations that nobody reads.
func Says(o resolve.Object) string {
	switch v := o.Value.(type) {
	case *resolve.Controller:
		return fmt.Sprint(pod.TemplateOf(config.Typed[*resolve.Controller]{Object: o, As: v}).Key(), v.Replicas != nil && *v.Replicas == 0, istioKeys(v.Labels), istioKeys(v.Annotations), istiodSays(o.Kind, v))
	case *corev1.Pod:
		return pod.PodOf(config.Typed[*corev1.Pod]{Object: o, As: v}).Key()
	case *corev1.Service:
		return saysService(v)
	case *corev1.Namespace:
		return fmt.Sprint(v.Labels, istioKeys(v.Annotations))
	}
	return saysRest(o)
}

// istiodSays is what an istiod's Deployment says of the mesh: its version, and the switches of its
// environment (9.2); nil for any other.
func istiodSays(kind resolve.Kind, c *resolve.Controller) (out []string) {
	if kind != resolve.KindDeployment || c.Labels["app"] != "istiod" {
		return nil
	}
	for i := range c.Template.Spec.Containers {
		container := &c.Template.Spec.Containers[i]
		out = append(out, container.Image)
		for _, e := range container.Env {
			if e.ValueFrom == nil && public.Switch(e.Name) {
				out = append(out, e.Name+"="+e.Value)
			}
		}
	}
	return out
}

func saysService(s *corev1.Service) string {
	var b strings.Builder
	fmt.Fprint(&b, s.Spec.Type == corev1.ServiceTypeExternalName, s.Spec.ClusterIP == corev1.ClusterIPNone, s.Spec.ExternalName, s.Spec.Selector, s.Spec.ExternalIPs)
	fmt.Fprint(&b, istioKeys(s.Labels), istioKeys(s.Annotations))
	var ports []string
	for i := range s.Spec.Ports {
		p := &s.Spec.Ports[i]
		app := ""
		if p.AppProtocol != nil {
			app = *p.AppProtocol
		}
		ports = append(ports, fmt.Sprintf("%s %d %s %s %s", p.Name, p.Port, TargetPort(p), cmp.Or(string(p.Protocol), string(corev1.ProtocolTCP)), app))
	}
	slices.Sort(ports)
	return b.String() + strings.Join(ports, "/")
}

// istioKeys are the labels or annotations that Istio reads. fmt writes maps sorted.
func istioKeys(m map[string]string) map[string]string {
	kept := map[string]string{}
	for k, v := range m {
		if k == resolve.InjectionLabel || strings.Contains(k, "istio.io/") {
			kept[k] = v
		}
	}
	return kept
}

// saysRest is the object as JSON, without its status and the API server's bookkeeping.
func saysRest(o resolve.Object) string {
	var body map[string]any
	text, err := json.Marshal(o.Value)
	if err == nil {
		err = json.Unmarshal(text, &body)
	}
	if err != nil {
		return string(text)
	}
	for _, field := range []string{"status", "metadata", "creationTimestamp", "uid", "resourceVersion", "generation", "managedFields", "selfLink", "ownerReferences", "annotations"} {
		delete(body, field)
	}
	text, _ = json.Marshal(body) // it was JSON before
	labels := istioKeys(o.Value.GetLabels())
	if o.Kind == resolve.KindEndpointSlice {
		labels = o.Value.GetLabels() // one of them says whose it is
	}
	return fmt.Sprint(string(text), labels, istioKeys(o.Value.GetAnnotations()))
}

// TargetPort is a target port, which is the port itself where none is given.
func TargetPort(p *corev1.ServicePort) string {
	if t := p.TargetPort.String(); t != "0" && t != "" {
		return t
	}
	return fmt.Sprint(p.Port)
}
