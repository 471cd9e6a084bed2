package resolve

import kubenetworkingv1 "k8s.io/api/networking/v1"

// routedByIngress are the calls of ingress controllers, of whom nobody can tell here
// whether they are in the mesh.
func (m *Mesh) routedByIngress() []*Dependency {
	var out []*Dependency
	for _, o := range m.others[KindIngress] {
		spec := &o.Value.(*kubenetworkingv1.Ingress).Spec
		class := "of the default class"
		switch {
		case spec.IngressClassName != nil:
			class = "of class " + *spec.IngressClassName
		case o.Value.GetAnnotations()["kubernetes.io/ingress.class"] != "":
			class = "of class " + o.Value.GetAnnotations()["kubernetes.io/ingress.class"]
		}
		like := Dependency{Caller: "the ingress controller " + class, Says: "route", By: o.Ref(), Origin: o.Origin}
		out = append(out, m.ingressBackend(spec.DefaultBackend, like, "spec.defaultBackend")...)
		for i, rule := range spec.Rules {
			if rule.HTTP == nil {
				continue
			}
			for j, p := range rule.HTTP.Paths {
				out = append(out, m.ingressBackend(&p.Backend, like, Path("spec", "rules").Index(i).Child("http").Child("paths").Index(j).Child("backend"))...)
			}
		}
	}
	return out
}

func (m *Mesh) ingressBackend(b *kubenetworkingv1.IngressBackend, like Dependency, field Field) []*Dependency {
	if b == nil || b.Service == nil {
		return nil
	}
	h := m.named(b.Service.Name+"."+like.By.Namespace+".svc."+ClusterDomain, like.By.Namespace)
	if h == nil {
		return nil
	}
	like.Host, like.Field, like.Port = h, field, b.Service.Port.Number
	for i := range h.Ports {
		if like.Port == 0 && h.Ports[i].Name == b.Service.Port.Name {
			like.Port = h.Ports[i].Number
		}
	}
	return []*Dependency{&like}
}
