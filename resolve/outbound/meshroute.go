package outbound

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
	gatewayv1alpha2 "sigs.k8s.io/gateway-api/apis/v1alpha2"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// meshRoute is a route of the Gateway API for one parent that is no gateway but what is called,
// of which istiod makes a VirtualService.
type meshRoute struct {
	resolve.Object
	parent gatewayv1.ParentReference
	// backends are those of all rules with a weight; only is true where one rule takes every call.
	backends []meshBackend
	only     bool
}

type meshBackend struct {
	gatewayv1.BackendObjectReference
	at resolve.Field
}

// meshRoutesOf are VirtualServices that stand for routes with a Service as parent, those that
// istiod merges as one.
func (side *Side) meshRoutesOf(c *config.Collection) []*VirtualService {
	merged := map[string]*VirtualService{}
	var out []*VirtualService
	for _, kind := range config.MeshRouteKinds {
		for _, o := range c.Others[kind] {
			for i, r := range routesOf(o) {
				v := r.virtualService()
				if v == nil {
					continue
				}
				if kind == resolve.KindTCPRoute {
					v.generated = o.Value.GetName() + "~tcp~" + strconv.Itoa(i)
				}
				if first := merged[v.generated]; first != nil {
					first.merge(v)
					continue
				}
				merged[v.generated] = v
				out = append(out, v)
			}
		}
	}
	return out
}

// routesOf is a route for each of its parents. A TLSRoute says nothing of calls without SNI.
func routesOf(o resolve.Object) (out []meshRoute) {
	r := meshRoute{Object: o}
	var parents []gatewayv1.ParentReference
	switch v := o.Value.(type) {
	case *gatewayv1.HTTPRoute:
		parents = v.Spec.ParentRefs
		r.only = len(v.Spec.Rules) == 1 && len(v.Spec.Rules[0].Matches) == 0
		for i, rule := range v.Spec.Rules {
			for j, b := range rule.BackendRefs {
				r.add(b.BackendRef, i, j)
			}
		}
	case *gatewayv1.GRPCRoute:
		parents = v.Spec.ParentRefs
		r.only = len(v.Spec.Rules) == 1 && len(v.Spec.Rules[0].Matches) == 0
		for i, rule := range v.Spec.Rules {
			for j, b := range rule.BackendRefs {
				r.add(b.BackendRef, i, j)
			}
		}
	case *gatewayv1alpha2.TCPRoute:
		parents = v.Spec.ParentRefs
		r.only = len(v.Spec.Rules) == 1
		for i, rule := range v.Spec.Rules {
			for j, b := range rule.BackendRefs {
				r.add(b, i, j)
			}
		}
	}
	for _, p := range parents {
		r.parent = p
		out = append(out, r)
	}
	return out
}

func (r *meshRoute) add(b gatewayv1.BackendRef, rule, i int) {
	if b.Weight == nil || *b.Weight > 0 {
		r.backends = append(r.backends, meshBackend{b.BackendObjectReference, resolve.Path("spec", "rules").Index(rule).Child("backendRefs").Index(i)})
	}
}

// virtualService is what istiod makes of it, nil where the parent is no Service.
func (r *meshRoute) virtualService() *VirtualService {
	if r.parent.Kind == nil || *r.parent.Kind != "Service" || r.parent.Group != nil && *r.parent.Group != "" && *r.parent.Group != "core" {
		return nil
	}
	namespace, port := r.Value.GetNamespace(), int32(0)
	host := serviceHostName(string(r.parent.Name), cmp.Or(string(deref(r.parent.Namespace)), namespace))
	if r.parent.Port != nil {
		port = *r.parent.Port
	}
	v := &VirtualService{
		Ref: r.Ref(), Origin: r.Origin, Namespace: namespace, hosts: []string{host}, Exports: resolve.NewExportTo([]string{"*"}), Fields: map[Destination]resolve.Field{},
		meshwide: true, ofRoute: true, port: port, created: r.Value.GetCreationTimestamp().Time, generated: generatedName(namespace, port, host),
	}
	same := true
	for _, b := range r.backends {
		to, ok := b.destination(namespace)
		if !ok {
			continue
		}
		same = same && (len(v.Destinations) == 0 || v.Destinations[0] == to)
		if v.Destinations = append(v.Destinations, to); v.Fields[to] == "" {
			v.Fields[to] = b.at
		}
	}
	var whole *Destination
	if r.only && same && len(v.Destinations) > 0 {
		whole = &v.Destinations[0]
	}
	if _, tcp := r.Value.(*gatewayv1alpha2.TCPRoute); tcp {
		v.tcp = whole
	} else {
		v.http, v.rewrites = whole, true
	}
	return v
}

// destination is the host that a backend is, false for one of a kind that is no host.
func (b *meshBackend) destination(namespace string) (d Destination, ok bool) {
	if b.Port != nil {
		d.Port = *b.Port
	}
	switch {
	case b.Kind == nil || *b.Kind == "Service":
		d.Host = serviceHostName(string(b.Name), cmp.Or(string(deref(b.Namespace)), namespace))
	case *b.Kind == "Hostname":
		d.Host = string(b.Name)
	default:
		return d, false
	}
	return d, true
}

func serviceHostName(name, namespace string) string {
	return name + "." + namespace + ".svc." + resolve.ClusterDomain
}

func deref[T any](p *T) (zero T) {
	if p == nil {
		return zero
	}
	return *p
}

// generatedName is the name of the VirtualService that istiod makes: routes for one port of one
// host are merged by it.
func generatedName(namespace string, port int32, host string) string {
	if port != 0 {
		return strings.Join([]string{namespace, strconv.Itoa(int(port)), host}, "~")
	}
	return namespace + "~" + host
}

// merge adds the rules of another route for the same port of the same host.
func (v *VirtualService) merge(o *VirtualService) {
	for _, d := range o.Destinations {
		if v.Destinations = append(v.Destinations, d); v.Fields[d] == "" {
			v.Fields[d] = o.Fields[d]
		}
	}
	if v.http == nil || o.http == nil || *v.http != *o.http {
		v.http = nil
	}
	v.rewrites = v.rewrites || o.rewrites
}

// followedBy reports a VirtualService that clients of a namespace follow when they call a port of
// a host: one made of a route counts for those of its own namespace, and for everybody where the
// host is of it.
func (v *VirtualService) followedBy(namespace string, h *Host, port int32) bool {
	if !v.ofRoute {
		return v.Exports.VisibleIn(namespace, v.Namespace)
	}
	if p := h.Port(port); p != nil && v.rewrites == (p.Protocol.Class() == resolve.ClassTCP) {
		return false // a route for HTTP says nothing of TCP, nor the other way around
	}
	return (v.port == 0 || v.port == port) && (v.Namespace == namespace || v.Namespace == h.Namespace)
}

// followed are those that clients of a namespace follow, in istiod's order: routes of their own
// namespace come before all others.
func (side *Side) followed(namespace string, h *Host, port int32) []*VirtualService {
	about := side.routes.about(h)
	if !slices.ContainsFunc(about, func(v *VirtualService) bool { return v.ofRoute || !v.Exports.VisibleIn(namespace, v.Namespace) }) {
		return about
	}
	var own, others []*VirtualService
	for _, v := range about {
		switch {
		case !v.followedBy(namespace, h, port):
		case v.ofRoute && v.Namespace == namespace:
			own = append(own, v)
		default:
			others = append(others, v)
		}
	}
	return append(own, others...)
}

// Followed are the VirtualServices, and routes of the Gateway API, that clients of a namespace
// follow when they call a port of a host, the first of which counts.
func (side *Side) Followed(namespace string, h *Host, port int32) []*VirtualService {
	side.linkClients()
	return side.followed(namespace, h, port)
}

// byAge is istiod's order: the oldest first, then by name and namespace.
func byAge(list []*VirtualService) {
	slices.SortStableFunc(list, func(a, b *VirtualService) int {
		return cmp.Or(a.created.Compare(b.created), cmp.Compare(a.generated+"."+a.Namespace, b.generated+"."+b.Namespace))
	})
}
