package outbound

import (
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// mayLose reports whether routes may lead calls of a class to a host to nothing: of most hosts that
// have routes it is certain for all clients at once that they do not.
func (side *Side) mayLose(class *ClientClass, h *Host) bool {
	routes := side.routes.about(h)
	if len(routes) == 0 || !class.traits().rules || class.traits().gateway {
		return false
	}
	return class.scope.listed != nil || side.routesMayLose(h, routes)
}

// routesOf is the key of what is known of the routes for a host.
type routesOf struct{ host string }

// routesMayLose reports routes that may lead calls of somebody to nothing.
func (side *Side) routesMayLose(h *Host, routes []*VirtualService) bool {
	return side.Derived(routesOf{h.Name}, func(side *Side) any {
		return slices.ContainsFunc(routes, func(v *VirtualService) bool {
			return slices.ContainsFunc(v.Destinations, func(d Destination) bool { return !side.everybodyReaches(d, h) })
		})
	}).(bool)
}

// everybodyReaches reports a destination of routes for a host that surely leads somewhere.
func (side *Side) everybodyReaches(d Destination, from *Host) bool {
	hosts := side.hostsByName[d.Host]
	if len(hosts) != 1 || !hosts[0].public() || hosts[0].Alias != "" {
		return false
	}
	h := hosts[0]
	gateway := func(e Endpoint) bool { return e.Workload != nil && len(e.Workload.Servers) > 0 }
	if slices.ContainsFunc(h.Ports, func(p HostPort) bool { return slices.ContainsFunc(p.Endpoints, gateway) }) {
		return false
	}
	if d.Port != 0 && h.Port(d.Port) == nil || d.Port == 0 && slices.ContainsFunc(from.Ports, func(p HostPort) bool { return h.Port(p.Number) == nil }) {
		return false
	}
	return d.Subset == "" || side.everybodyHas(h, d.Subset)
}

// everybodyHas reports a subset that the rule for the host in the host's namespace defines for all, and
// which no other rule that is looked for before keeps from anybody.
func (side *Side) everybodyHas(h *Host, subset string) bool {
	sure := false
	for _, r := range side.rulesAbout(h) {
		defines := slices.ContainsFunc(r.spec.GetSubsets(), func(s *networkingapi.Subset) bool { return s.GetName() == subset })
		exact := r.FQDN == h.Name && r.Ref.Namespace == h.Namespace
		switch {
		case r.HasSelector || r.HasRevision || r.of != nil, exact && !(len(r.Exports) == 0 || r.Exports.Has("*")):
			return false
		case exact && defines:
			sure = true
		case !defines && !(r.Ref.Namespace == side.In.Root && r.FQDN != h.Name):
			return false
		}
	}
	return sure && len(side.In.Config.GetDefaultDestinationRuleExportTo()) == 0
}

// rulesByName is the key of the rules by the host that they name, those of wildcards by "*".
type rulesByName struct{}

// rulesAbout are the DestinationRules whose host names a host.
func (side *Side) rulesAbout(h *Host) []*DestinationRule {
	byName := side.Derived(rulesByName{}, func(side *Side) any {
		byName := map[string][]*DestinationRule{}
		for _, r := range side.rules {
			key := r.FQDN
			if resolve.IsWildcard(key) {
				key = "*"
			}
			byName[key] = append(byName[key], r)
		}
		return byName
	}).(map[string][]*DestinationRule)
	about := slices.Clone(byName[h.Name])
	for _, r := range byName["*"] {
		if resolve.SubsetOf(h.Name, r.FQDN) {
			about = append(about, r)
		}
	}
	return about
}
