package declared

import (
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	gatewayv1alpha2 "sigs.k8s.io/gateway-api/apis/v1alpha2"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// apiRoute is what a Gateway API route sends where, whatever its kind.
type apiRoute struct {
	resolve.Object
	parents  []gatewayv1.ParentReference
	backends []apiBackend
}

type apiBackend struct {
	gatewayv1.BackendObjectReference
	field resolve.Field
}

// apiRoutes are the routes of the input.
func (m reader) apiRoutes() []apiRoute {
	var out []apiRoute
	for _, kind := range []resolve.Kind{resolve.KindHTTPRoute, resolve.KindGRPCRoute, resolve.KindTCPRoute, resolve.KindTLSRoute} {
		for _, o := range m.Objects(kind) {
			out = append(out, newAPIRoute(o))
		}
	}
	return out
}

func newAPIRoute(o resolve.Object) apiRoute {
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
			r.backends = append(r.backends, apiBackend{object(b), resolve.Path("spec", "rules").Index(i).Child("backendRefs").Index(j)})
		}
	}
}

// routedByOthers are the calls that gateways of other controllers than Istio's make for routes of
// the Gateway API.
func (m reader) routedByOthers() []*Call {
	others := m.gatewaysOfOthers()
	if len(others) == 0 {
		return nil
	}
	var out []*Call
	for _, r := range m.apiRoutes() {
		for _, parent := range r.parents {
			ref := parentRef(parent, r.Value.GetNamespace())
			d := others[ref]
			if d == nil {
				continue
			}
			like := Call{Client: m.workload(d), Says: "route", Routed: true}
			if like.Client == nil {
				like.Caller = "the " + d.name + " of " + ref.String()
			}
			for _, one := range m.backends(r, like) {
				one.Way = dialled(d, nil, one.Host)
				out = append(out, one)
			}
		}
	}
	return out
}

// gatewaysOfOthers are the Gateways of classes that other controllers than Istio's act on.
func (m reader) gatewaysOfOthers() map[resolve.Ref]*dialer {
	out := map[resolve.Ref]*dialer{}
	controllers := map[string]string{}
	for _, o := range m.Objects(resolve.KindGatewayClass) {
		controllers[o.Value.GetName()] = o.Value.(*resolve.Class).Controller
	}
	for _, o := range m.Objects(resolve.KindKubeGateway) {
		class := string(o.Value.(*gatewayv1.Gateway).Spec.GatewayClassName)
		if d := dialerOf(controllers[class], class); d != nil {
			out[o.Ref()] = d
		}
	}
	return out
}

func parentRef(p gatewayv1.ParentReference, namespace string) resolve.Ref {
	if p.Kind != nil && *p.Kind != "Gateway" {
		return resolve.Ref{}
	}
	if p.Namespace != nil {
		namespace = string(*p.Namespace)
	}
	return resolve.Ref{Kind: resolve.KindKubeGateway, Namespace: namespace, Name: string(p.Name)}
}

// backends are the dependencies of one caller on all that a route leads to.
func (m reader) backends(r apiRoute, like Call) []*Call {
	var out []*Call
	for _, b := range r.backends {
		namespace := r.Value.GetNamespace()
		if b.Namespace != nil {
			namespace = string(*b.Namespace)
		}
		name := string(b.Name)
		if b.Kind == nil || *b.Kind == "Service" {
			name += "." + namespace + ".svc." + resolve.ClusterDomain
		}
		if h := m.Reached(name, namespace); h != nil {
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
