package outbound

import (
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// routeRule is one route of a VirtualService.
type routeRule struct {
	// matches are alternatives; a route without any has one that is for every call.
	matches []routeMatch
	// to is empty for a redirect or an answer of the proxy itself.
	to []routeTo
	// nowhere is a route all of whose destinations have weight 0: it takes calls, and they fail.
	nowhere bool
	// delegate has the routes instead, nil for none.
	delegate *delegation
}

type routeTo struct {
	Destination
	field  resolve.Field
	mirror bool
	// by is the object that has the field, nil for that of the VirtualService.
	by *VirtualService
}

// routeMatch is for whom a match is, as far as istiod decides that, and what of their calls.
type routeMatch struct {
	gateways        []string
	sourceNamespace string
	sourceLabels    map[string]string
	port            uint32
	// named is true where gateways alone decide who it is for, whatever else it says of them.
	named bool
	// every is true where it takes every call.
	every bool
	// last comes after others that take every call.
	last bool
	// unsure is true for one that may match nothing.
	unsure bool
	// sni are the names of a route of TLS.
	sni []string
}

// answer is yes or no, or maybe: for some clients of a class, or for some calls.
type answer uint8

const (
	no answer = iota
	maybe
	yes
)

// applies reports a match that is for the proxies of a class when they call the port.
func (f *wayfinder) applies(m routeMatch) answer {
	switch {
	case m.port != 0 && m.port != uint32(f.port.Number), len(m.gateways) > 0 && !slices.Contains(m.gateways, "mesh"):
		return no
	case m.unsure:
		return maybe
	case m.named:
		return yes
	case m.sourceNamespace != "" && m.sourceNamespace != f.class.Namespace:
		return no
	case len(m.sourceLabels) == 0:
		return yes
	}
	n := 0
	for _, w := range f.class.Workloads {
		if resolve.Selects(m.sourceLabels, w.Labels) {
			n++
		}
	}
	switch n {
	case 0:
		return no
	case len(f.class.Workloads):
		return yes
	}
	return maybe
}

// conditional reports a VirtualService that is not for all proxies that read it.
func (v *VirtualService) conditional() bool {
	return slices.ContainsFunc(slices.Concat(v.http, v.tcp, v.tls), func(r routeRule) bool {
		return slices.ContainsFunc(r.matches, func(m routeMatch) bool { return m.sourceNamespace != "" || len(m.sourceLabels) > 0 })
	})
}

// names reports a VirtualService that names a host, not by a wildcard: as one that is a wildcard itself
// is named.
func (v *VirtualService) names(h *Host) bool {
	return !resolve.IsWildcard(h.Name) && slices.Contains(v.hosts, h.Name)
}

// wildest is the key of what mostSpecific is of all VirtualServices about a host.
type wildest struct{ host string }

// mostSpecificOf is mostSpecific of a list of VirtualServices about the host, worked out once where the
// list is all of them.
func (side *Side) mostSpecificOf(h *Host, list []*VirtualService) *VirtualService {
	if all := side.routes.about(h); len(list) < fewRoutes || len(all) != len(list) || &all[0] != &list[0] {
		return mostSpecific(h, list)
	}
	return side.Derived(wildest{h.Name}, func(*Side) any { return mostSpecific(h, list) }).(*VirtualService)
}

// fewRoutes are so few that looking at them is as quick as looking up what was found.
const fewRoutes = 8

// mostSpecific is, of a list in which none names a host, the first with its most specific
// wildcard; nil where one names it, or none has such a wildcard.
func mostSpecific(h *Host, list []*VirtualService) *VirtualService {
	best, of := "", (*VirtualService)(nil)
	for _, v := range list {
		if v.names(h) {
			return nil
		}
		for _, host := range v.hosts {
			if resolve.IsWildcard(host) && len(host) > len(best) && resolve.SubsetOf(h.Name, host) {
				best, of = host, v
			}
		}
	}
	return of
}

func (v *VirtualService) httpRules(routes []*networkingapi.HTTPRoute) {
	for i, r := range routes {
		at := resolve.Path("spec", "http").Index(i)
		rule := routeRule{matches: v.httpMatches(r.GetMatch()), delegate: v.delegation(r.GetDelegate())}
		if r.GetRedirect() == nil && r.GetDirectResponse() == nil {
			for j, d := range r.GetRoute() {
				if d.GetWeight() > 0 || len(r.GetRoute()) == 1 {
					rule.leads(v.destination(d.GetDestination()), at.Child("route").Index(j), false)
				}
			}
			if r.GetMirror().GetHost() != "" {
				rule.leads(v.destination(r.GetMirror()), at.Child("mirror"), true)
			}
			for j, d := range r.GetMirrors() {
				rule.leads(v.destination(d.GetDestination()), at.Child("mirrors").Index(j), true)
			}
		}
		v.http = append(v.http, rule)
	}
}

func (r *routeRule) leads(to Destination, at resolve.Field, mirror bool) {
	if to.Host != "" {
		r.to = append(r.to, routeTo{to, at, mirror, nil})
	}
}

// everyCall is the match of a route that has none.
var everyCall = []routeMatch{{every: true}}

func (v *VirtualService) httpMatches(matches []*networkingapi.HTTPMatchRequest) []routeMatch {
	if len(matches) == 0 {
		return everyCall
	}
	var out []routeMatch
	for _, m := range matches {
		out = append(out, routeMatch{
			gateways: v.gatewayNames(m.GetGateways()), named: len(m.GetGateways()) > 0, sourceNamespace: m.GetSourceNamespace(), sourceLabels: m.GetSourceLabels(), port: m.GetPort(), every: everyPath(m),
		})
	}
	return out
}

// everyPath reports a match that says nothing of requests.
func everyPath(m *networkingapi.HTTPMatchRequest) bool {
	if len(m.GetHeaders())+len(m.GetWithoutHeaders())+len(m.GetQueryParams()) > 0 || m.GetMethod() != nil || m.GetAuthority() != nil || m.GetScheme() != nil {
		return false
	}
	u := m.GetUri()
	return u == nil || u.GetPrefix() == "/" || u.GetRegex() == ".*"
}

func (v *VirtualService) tcpRules(routes []*networkingapi.TCPRoute) {
	for i, r := range routes {
		rule := v.stream(r.GetRoute(), resolve.Path("spec", "tcp").Index(i))
		for _, m := range r.GetMatch() {
			rule.matches = append(rule.matches, routeMatch{
				gateways: v.gatewayNames(m.GetGateways()), sourceNamespace: m.GetSourceNamespace(), sourceLabels: m.GetSourceLabels(), port: m.GetPort(), every: len(m.GetDestinationSubnets()) == 0,
			})
		}
		if len(r.GetMatch()) == 0 {
			rule.matches = everyCall
		}
		v.tcp = append(v.tcp, rule)
	}
}

func (v *VirtualService) tlsRules(routes []*networkingapi.TLSRoute) {
	for i, r := range routes {
		rule := v.stream(r.GetRoute(), resolve.Path("spec", "tls").Index(i))
		for _, m := range r.GetMatch() {
			rule.matches = append(rule.matches, routeMatch{
				gateways: v.gatewayNames(m.GetGateways()), sourceNamespace: m.GetSourceNamespace(), sourceLabels: m.GetSourceLabels(), port: m.GetPort(), sni: m.GetSniHosts(),
			})
		}
		v.tls = append(v.tls, rule)
	}
}

// stream is a route of TCP or TLS to some destinations.
func (v *VirtualService) stream(to []*networkingapi.RouteDestination, at resolve.Field) (r routeRule) {
	for j, d := range to {
		if d.GetWeight() > 0 || len(to) == 1 {
			r.leads(v.destination(d.GetDestination()), at.Child("route").Index(j), false)
		}
	}
	return r
}
