package declared

import (
	"cmp"

	kubenetworkingv1 "k8s.io/api/networking/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// routedByIngress are the calls of ingress controllers. Of one that is not in the input nobody
// can tell whether it is in the mesh, unless it is known to stand outside, or to dial in a way
// that is the same with a sidecar and without.
func (m reader) routedByIngress() []*Call {
	var out []*Call
	controllers := m.controllers()
	for _, o := range m.Objects(resolve.KindIngress) {
		spec := &o.Value.(*kubenetworkingv1.Ingress).Spec
		class := o.Value.GetAnnotations()[resolve.IngressClassAnnotation]
		if spec.IngressClassName != nil {
			class = *spec.IngressClassName
		}
		d := dialerOf(controllers[class], class)
		on := o.Value.GetAnnotations()
		like := Call{Client: m.ingressController(class), Says: "route", Routed: true, By: o.Ref(), Origin: o.Origin}
		if found := m.workload(d); found != nil {
			like.Client = found
		}
		if like.Client == nil {
			like.Caller = "the ingress controller of class " + cmp.Or(class, "default")
		}
		if d != nil && d.way == Outside && like.Client == nil {
			like.Caller = "the " + d.name + " of class " + class
		}
		out = append(out, m.ingressBackend(spec.DefaultBackend, like, d, on, "spec.defaultBackend")...)
		for i, rule := range spec.Rules {
			if rule.HTTP == nil {
				continue
			}
			for j, p := range rule.HTTP.Paths {
				out = append(out, m.ingressBackend(&p.Backend, like, d, on, resolve.Path("spec", "rules").Index(i).Child("http").Child("paths").Index(j).Child("backend"))...)
			}
		}
	}
	return out
}

// controllers are the controllers of the classes of Ingresses and Gateways, as far as the input
// has the classes.
func (m reader) controllers() map[string]string {
	out := map[string]string{}
	for _, o := range m.Objects(resolve.KindIngressClass) {
		out[o.Value.GetName()] = o.Value.(*resolve.Class).Controller
	}
	return out
}

// dialled is the way in which a dialer calls a host for an object with annotations; ByName for nobody in
// particular.
func dialled(d *dialer, on map[string]string, h *outbound.Host) Way {
	if d == nil {
		return ByName
	}
	var service map[string]string
	if s := h.Service(); s != nil {
		service = s.Annotations
	}
	return d.wayTo(on, service, namesOf(h))
}

// namesOf are the names under which the pods of every namespace call a host.
func namesOf(h *outbound.Host) []string {
	short := h.Ref.Name + "." + h.Namespace
	return []string{h.Name, short + ".svc", short}
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

func (m reader) ingressBackend(b *kubenetworkingv1.IngressBackend, like Call, d *dialer, on map[string]string, field resolve.Field) []*Call {
	if b == nil || b.Service == nil {
		return nil
	}
	h := m.Reached(b.Service.Name+"."+like.By.Namespace+".svc."+resolve.ClusterDomain, like.By.Namespace)
	if h == nil {
		return nil
	}
	like.Host, like.Field, like.Port, like.Way = h, field, b.Service.Port.Number, dialled(d, on, h)
	if like.Client != nil && like.Client.Membership.Dataplane != resolve.DataplaneNone && like.Way != ByName {
		like.Helps = d.helps(h)
	}
	for i := range h.Ports {
		if like.Port == 0 && h.Ports[i].Name == b.Service.Port.Name {
			like.Port = h.Ports[i].Number
		}
	}
	return []*Call{&like}
}
