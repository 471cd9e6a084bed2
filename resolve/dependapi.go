package resolve

import (
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	gatewayv1alpha2 "sigs.k8s.io/gateway-api/apis/v1alpha2"
)

func selectorOfGateway(o Object) map[string]string {
	return o.Value.(*networkingv1.Gateway).Spec.GetSelector()
}

// apiRoute is what a Gateway API route sends where, whatever its kind.
type apiRoute struct {
	Object
	parents  []gatewayv1.ParentReference
	backends []apiBackend
}

type apiBackend struct {
	gatewayv1.BackendObjectReference
	field Field
}

// apiRoutes are the routes of the input.
func (m *Mesh) apiRoutes() []apiRoute {
	var out []apiRoute
	for _, kind := range []Kind{KindHTTPRoute, KindGRPCRoute, KindTCPRoute, KindTLSRoute} {
		for _, o := range m.others[kind] {
			out = append(out, newAPIRoute(o))
		}
	}
	return out
}

func newAPIRoute(o Object) apiRoute {
	r := apiRoute{Object: o}
	switch v := o.Value.(type) {
	case *gatewayv1.HTTPRoute:
		r.parents = v.Spec.ParentRefs
		addBackends(&r, v.Spec.Rules, func(rule gatewayv1.HTTPRouteRule) []gatewayv1.HTTPBackendRef { return rule.BackendRefs },
			func(b gatewayv1.HTTPBackendRef) gatewayv1.BackendObjectReference { return b.BackendObjectReference })
	case *gatewayv1.GRPCRoute:
		r.parents = v.Spec.ParentRefs
		addBackends(&r, v.Spec.Rules, func(rule gatewayv1.GRPCRouteRule) []gatewayv1.GRPCBackendRef { return rule.BackendRefs },
			func(b gatewayv1.GRPCBackendRef) gatewayv1.BackendObjectReference { return b.BackendObjectReference })
	case *gatewayv1alpha2.TCPRoute:
		r.parents = v.Spec.ParentRefs
		addBackends(&r, v.Spec.Rules, func(rule gatewayv1alpha2.TCPRouteRule) []gatewayv1.BackendRef { return rule.BackendRefs }, plainBackend)
	case *gatewayv1.TLSRoute:
		r.parents = v.Spec.ParentRefs
		addBackends(&r, v.Spec.Rules, func(rule gatewayv1.TLSRouteRule) []gatewayv1.BackendRef { return rule.BackendRefs }, plainBackend)
	}
	return r
}

func plainBackend(b gatewayv1.BackendRef) gatewayv1.BackendObjectReference {
	return b.BackendObjectReference
}

// addBackends takes the backends of all rules: the kinds of routes differ in nothing else.
func addBackends[R, B any](r *apiRoute, rules []R, backends func(R) []B, object func(B) gatewayv1.BackendObjectReference) {
	for i, rule := range rules {
		for j, b := range backends(rule) {
			r.backends = append(r.backends, apiBackend{object(b), Path("spec", "rules").Index(i).Child("backendRefs").Index(j)})
		}
	}
}

// routedByGatewayAPI are the calls that gateways make for Gateway API routes.
func (m *Mesh) routedByGatewayAPI(gateways map[Ref][]*Workload) []*Dependency {
	var out []*Dependency
	for _, r := range m.apiRoutes() {
		for _, parent := range r.parents {
			for _, g := range gateways[parentRef(parent, r.Value.GetNamespace())] {
				out = append(out, m.backends(r, Dependency{Client: g, Says: "route"})...)
			}
		}
	}
	return out
}

func parentRef(p gatewayv1.ParentReference, namespace string) Ref {
	if p.Kind != nil && *p.Kind != "Gateway" {
		return Ref{}
	}
	if p.Namespace != nil {
		namespace = string(*p.Namespace)
	}
	return Ref{KindKubeGateway, namespace, string(p.Name)}
}

// backends are the dependencies of one caller on all that a route leads to.
func (m *Mesh) backends(r apiRoute, like Dependency) []*Dependency {
	var out []*Dependency
	for _, b := range r.backends {
		namespace := r.Value.GetNamespace()
		if b.Namespace != nil {
			namespace = string(*b.Namespace)
		}
		name := string(b.Name)
		if b.Kind == nil || *b.Kind == "Service" {
			name += "." + namespace + ".svc." + ClusterDomain
		}
		if h := m.named(name, namespace); h != nil {
			d := like
			d.Host, d.By, d.Origin, d.Field = h, r.Ref(), r.Origin, b.field
			if b.Port != nil {
				d.Port = int32(*b.Port)
			}
			out = append(out, &d)
		}
	}
	return out
}
