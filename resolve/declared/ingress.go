package declared

import (
	"cmp"

	kubenetworkingv1 "k8s.io/api/networking/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// routedByIngress are the calls of ingress controllers, of whom nobody can tell here
// whether they are in the mesh.
func (m reader) routedByIngress() []*Call {
	var out []*Call
	for _, o := range m.Objects(resolve.KindIngress) {
		spec := &o.Value.(*kubenetworkingv1.Ingress).Spec
		class := o.Value.GetAnnotations()[resolve.IngressClassAnnotation]
		if spec.IngressClassName != nil {
			class = *spec.IngressClassName
		}
		like := Call{Client: m.ingressController(class), Says: "route", Routed: true, By: o.Ref(), Origin: o.Origin}
		if like.Client == nil {
			like.Caller = "the ingress controller of class " + cmp.Or(class, "default")
		}
		out = append(out, m.ingressBackend(spec.DefaultBackend, like, "spec.defaultBackend")...)
		for i, rule := range spec.Rules {
			if rule.HTTP == nil {
				continue
			}
			for j, p := range rule.HTTP.Paths {
				out = append(out, m.ingressBackend(&p.Backend, like, resolve.Path("spec", "rules").Index(i).Child("http").Child("paths").Index(j).Child("backend"))...)
			}
		}
	}
	return out
}

// ingressController is the workload that the controller of a class runs as, by the
// labels of the usual charts, nil where none or several have them.
func (m reader) ingressController(class string) *inbound.Workload {
	var found *inbound.Workload
	for _, w := range m.Workloads() {
		name := w.Labels[resolve.NameLabel]
		istios := class == "istio" && w.Membership.Dataplane == resolve.DataplaneGateway && w.Labels["istio"] == "ingressgateway"
		if !istios && (class == "" || name != class && name != "ingress-"+class && name != class+"-ingress" && name != class+"-ingress-controller") {
			continue
		}
		if component := w.Labels[resolve.ComponentLabel]; component != "" && component != "controller" {
			continue // the webhook that the chart brings along
		}
		if found != nil && found.Ref != w.Ref {
			return nil
		}
		found = w
	}
	return found
}

func (m reader) ingressBackend(b *kubenetworkingv1.IngressBackend, like Call, field resolve.Field) []*Call {
	if b == nil || b.Service == nil {
		return nil
	}
	h := m.Reached(b.Service.Name+"."+like.By.Namespace+".svc."+resolve.ClusterDomain, like.By.Namespace)
	if h == nil {
		return nil
	}
	like.Host, like.Field, like.Port = h, field, b.Service.Port.Number
	for i := range h.Ports {
		if like.Port == 0 && h.Ports[i].Name == b.Service.Port.Name {
			like.Port = h.Ports[i].Number
		}
	}
	return []*Call{&like}
}
