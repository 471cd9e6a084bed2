package diagnose

import (
	"fmt"
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// virtualServices are those of the host that was called, all of the mesh where none is known.
func (c *Case) virtualServices(each func(o resolve.Object, spec *networkingapi.VirtualService)) {
	for _, o := range c.Mesh.Objects(resolve.KindVirtualService) {
		v, ok := o.Value.(*networkingv1.VirtualService)
		if !ok {
			continue
		}
		if c.Host == nil && !c.Lost || c.Host != nil && slices.ContainsFunc(v.Spec.GetHosts(), func(h string) bool { return c.isHost(h, v.Namespace) }) {
			each(o, &v.Spec)
		}
	}
}

// isHost reports a name that means the host that was called.
func (c *Case) isHost(name, namespace string) bool { return fullName(name, namespace) == c.Host.Name }

// fullName is the host of a name as an object of a namespace writes it.
func fullName(name, namespace string) string {
	if strings.Contains(name, ".") || name == "*" {
		return name
	}
	return name + "." + namespace + ".svc.cluster.local"
}

// routesOf finds VirtualServices without a route for every request.
func routesOf(c *Case) (out []Cause) {
	c.virtualServices(func(o resolve.Object, spec *networkingapi.VirtualService) {
		routes := spec.GetHttp()
		if len(routes) == 0 || slices.ContainsFunc(routes, func(r *networkingapi.HTTPRoute) bool { return len(r.GetMatch()) == 0 }) {
			return
		}
		field := resolve.Path("spec", "http")
		fact := Fact{Topic: "route", Text: o.Ref().String() + ": every route has a match, so a request that none matches gets 404", By: o.Ref(), Field: field, Position: o.Origin.At(field)}
		last := routes[len(routes)-1]
		fix := Fix{Text: fmt.Sprintf("add a last route without match to %s", o.Ref()), Edits: []analyze.Edit{{Object: o.Ref(), Verb: analyze.Append, Field: field, Value: map[string]any{"route": destinations(last)}}}}
		out = append(out, Cause{Key: o.Ref().String(), Facts: []Fact{fact}, Fixes: []Fix{fix}})
	})
	return out
}

// destinations are those of a route, as YAML writes them.
func destinations(r *networkingapi.HTTPRoute) any { return analyze.Tree(r)["route"] }

// undefinedSubset finds routes to subsets that no DestinationRule defines.
func undefinedSubset(c *Case) (out []Cause) {
	defined := map[[2]string]bool{}
	for _, r := range c.Mesh.DestinationRules() {
		for _, s := range r.Spec().GetSubsets() {
			defined[[2]string{r.FQDN, s.GetName()}] = true
		}
	}
	c.virtualServices(func(o resolve.Object, spec *networkingapi.VirtualService) {
		for i, r := range spec.GetHttp() {
			for j, to := range r.GetRoute() {
				subset, host := to.GetDestination().GetSubset(), fullName(to.GetDestination().GetHost(), o.Value.GetNamespace())
				if subset == "" || defined[[2]string{host, subset}] {
					continue
				}
				field := resolve.Path("spec", "http").Index(i).Child("route").Index(j).Child("destination").Child("subset")
				fact := Fact{Topic: "route", Text: fmt.Sprintf("%s routes to subset %s of %s, which no DestinationRule defines", o.Ref(), subset, host), By: o.Ref(), Field: field, Position: o.Origin.At(field)}
				fix := Fix{Text: fmt.Sprintf("define subset %s in a DestinationRule for %s, or remove %s from %s", subset, host, field, o.Ref()), Edits: []analyze.Edit{{Object: o.Ref(), Verb: analyze.Remove, Field: field}}}
				out = append(out, Cause{Key: o.Ref().String() + subset, Facts: []Fact{fact}, Fixes: []Fix{fix}})
			}
		}
	})
	return out
}
