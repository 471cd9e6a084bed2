package outbound

import (
	"strings"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	gatewayv1alpha2 "sigs.k8s.io/gateway-api/apis/v1alpha2"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// kubeRoute is a route of the Gateway API, whatever its kind: istiod makes a VirtualService of it for
// each parent and host (2.15.2).
type kubeRoute struct {
	resolve.Object
	parents []gatewayv1.ParentReference
	// hostnames are those that it is for, none for all.
	hostnames []string
	rules     []kubeRule
}

// kubeRule is one rule: some is true where it takes some calls, every where it takes all.
type kubeRule struct {
	some, every bool
	backends    []kubeBackend
	// answers is true where the proxy answers itself.
	answers bool
	// void is true for what istiod does not know: it makes nothing of the whole route then.
	void bool
}

type kubeBackend struct {
	gatewayv1.BackendObjectReference
	at     resolve.Field
	mirror bool
}

func newKubeRoute(o resolve.Object) *kubeRoute {
	r := &kubeRoute{Object: o}
	switch v := o.Value.(type) {
	case *gatewayv1.HTTPRoute:
		r.parents, r.hostnames = v.Spec.ParentRefs, namesOf(v.Spec.Hostnames)
		for i := range v.Spec.Rules {
			r.rules = append(r.rules, httpRule(i, &v.Spec.Rules[i]))
		}
	case *gatewayv1.GRPCRoute:
		r.parents, r.hostnames = v.Spec.ParentRefs, namesOf(v.Spec.Hostnames)
		for i := range v.Spec.Rules {
			r.rules = append(r.rules, grpcRule(i, &v.Spec.Rules[i]))
		}
	case *gatewayv1alpha2.TCPRoute:
		r.parents = v.Spec.ParentRefs
		for i, rule := range v.Spec.Rules {
			r.rules = append(r.rules, streamRule(i, rule.BackendRefs))
		}
	case *gatewayv1.TLSRoute:
		r.parents, r.hostnames = v.Spec.ParentRefs, namesOf(v.Spec.Hostnames)
		for i, rule := range v.Spec.Rules {
			r.rules = append(r.rules, streamRule(i, rule.BackendRefs))
		}
	}
	return r
}

func namesOf(hostnames []gatewayv1.Hostname) (names []string) {
	for _, h := range hostnames {
		names = append(names, string(h))
	}
	return names
}

// void reports a route of which istiod makes nothing.
func (r *kubeRoute) void() bool {
	for i := range r.rules {
		if r.rules[i].void {
			return true
		}
	}
	return false
}

func ruleField(i int) resolve.Field { return resolve.Path("spec", "rules").Index(i) }

func httpRule(i int, rule *gatewayv1.HTTPRouteRule) kubeRule {
	one := kubeRule{every: len(rule.Matches) == 0}
	for _, m := range rule.Matches {
		path := m.Path == nil || m.Path.Value == nil || *m.Path.Value == "/" && (m.Path.Type == nil || *m.Path.Type == gatewayv1.PathMatchPathPrefix)
		one.takes(path && len(m.Headers)+len(m.QueryParams) == 0 && m.Method == nil)
	}
	for _, f := range rule.Filters {
		one.answers = one.answers || f.RequestRedirect != nil
		one.void = one.void || f.Type == gatewayv1.HTTPRouteFilterExtensionRef || f.Type == gatewayv1.HTTPRouteFilterExternalAuth
	}
	for j, b := range rule.BackendRefs {
		one.add(b.BackendRef, ruleField(i).Child("backendRefs").Index(j))
		for _, f := range b.Filters {
			one.void = one.void || f.Type != gatewayv1.HTTPRouteFilterRequestHeaderModifier && f.Type != gatewayv1.HTTPRouteFilterResponseHeaderModifier
		}
	}
	for j, f := range rule.Filters {
		if f.RequestMirror != nil {
			one.mirror(f.RequestMirror.BackendRef, ruleField(i).Child("filters").Index(j))
		}
	}
	return one
}

func grpcRule(i int, rule *gatewayv1.GRPCRouteRule) kubeRule {
	one := kubeRule{every: len(rule.Matches) == 0}
	for _, m := range rule.Matches {
		one.takes(m.Method == nil && len(m.Headers) == 0)
	}
	for j, b := range rule.BackendRefs {
		one.add(b.BackendRef, ruleField(i).Child("backendRefs").Index(j))
		for _, f := range b.Filters {
			one.void = one.void || f.Type != gatewayv1.GRPCRouteFilterRequestHeaderModifier && f.Type != gatewayv1.GRPCRouteFilterResponseHeaderModifier
		}
	}
	for j, f := range rule.Filters {
		one.void = one.void || f.Type == gatewayv1.GRPCRouteFilterExtensionRef
		if f.RequestMirror != nil {
			one.mirror(f.RequestMirror.BackendRef, ruleField(i).Child("filters").Index(j))
		}
	}
	return one
}

func streamRule(i int, backends []gatewayv1.BackendRef) kubeRule {
	one := kubeRule{every: true}
	for j, b := range backends {
		one.add(b, ruleField(i).Child("backendRefs").Index(j))
	}
	return one
}

// takes adds a match of every call, or of some.
func (r *kubeRule) takes(every bool) {
	r.some, r.every = r.some || !every, r.every || every
}

// add is for a backend that gets calls: one of weight 0 gets none.
func (r *kubeRule) add(b gatewayv1.BackendRef, at resolve.Field) {
	if b.Weight == nil || *b.Weight != 0 {
		one := kubeBackend{b.BackendObjectReference, at, false}
		r.void = r.void || one.void()
		r.backends = append(r.backends, one)
	}
}

// mirror is for a copy of the calls; where all backends have weight 0 the proxy answers, and copies
// nothing.
func (r *kubeRule) mirror(b gatewayv1.BackendObjectReference, at resolve.Field) {
	if len(r.backends) > 0 {
		r.backends = append(r.backends, kubeBackend{b, at, true})
	}
}

// void reports a reference that istiod cannot read: without port, or by a name that none can have.
func (b *kubeBackend) void() bool {
	switch {
	case b.isService():
		return b.Port == nil || strings.Contains(string(b.Name), ".")
	case b.isHostname():
		return b.Port == nil || b.Namespace != nil
	}
	return false
}

func (b *kubeBackend) isService() bool {
	return deref(b.Group) == "" && (b.Kind == nil || *b.Kind == "Service")
}

func (b *kubeBackend) isHostname() bool {
	return deref(b.Group) == "networking.istio.io" && b.Kind != nil && *b.Kind == "Hostname"
}

func deref[T any](p *T) (zero T) {
	if p == nil {
		return zero
	}
	return *p
}
