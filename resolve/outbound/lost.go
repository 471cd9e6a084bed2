package outbound

import (
	"iter"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Lost yields the calls of a class to a host that end where routes lead them, see Connection.Lost.
func (side *Side) Lost(class *ClientClass, h *Host) iter.Seq[Connection] {
	return func(yield func(Connection) bool) {
		rule := side.RuleFor(class, h)
		for i := range h.Ports {
			ways, by := side.Ways(class, h, &h.Ports[i])
			if !side.lostCalls(class, h, &h.Ports[i], rule, ways, by, yield) {
				return
			}
		}
	}
}

// lostCalls yields the calls of a class to a port of a host, by its ways, that end where routes lead them: at
// something that the client's proxy does not know, or at a gateway without a route for the host.
func (side *Side) lostCalls(class *ClientClass, h *Host, port *HostPort, rule *MergedRule, ways []Way, by *VirtualService, yield func(Connection) bool) bool {
	if by == nil || !side.mayLose(class, h) || !side.knows(class, h, port.Number).known {
		return true
	}
	for i := range ways {
		w := &ways[i]
		if w.Mirror || w.is(h, port) {
			continue
		}
		if end := side.endOf(class, h, w, port); end.isLost() && !yield(side.lostCall(class, h, port, rule, w, &end)) {
			return false
		}
	}
	return true
}

func (side *Side) lostCall(class *ClientClass, h *Host, port *HostPort, rule *MergedRule, w *Way, end *End) Connection {
	why := resolve.Because(resolve.CauseLedAway, resolve.Details{By: w.By.Ref, Name: end.Target, Base: end.Lost.Why})
	con := Connection{
		Client: class, Host: h, Port: port, Lost: end.Target,
		Sends:   resolve.Sending{TLS: resolve.SendsNothing, By: w.By.Ref, Origin: w.By.Origin, Field: w.Field, Why: why},
		Serves:  resolve.Decision{Mode: resolve.None, Scope: resolve.ScopeDataplane, Why: end.Lost.Why},
		Outcome: resolve.Outcome{Verdict: end.Lost.Verdict, Why: why, Symptom: end.Lost.Symptom},
		Call:    side.Prepare(class, h, port, "", rule),
	}
	if class.Dataplane == resolve.DataplaneUnknown { // without a proxy nobody follows the route
		con.Sends.TLS, con.Sends.IfMeshed = resolve.SendsUnknown, resolve.SendsNothing
		con.Outcome = resolve.Outcome{Why: resolve.Reason{Cause: resolve.CauseClientUnknown}}
	}
	return con
}

// LostAtGateway is what becomes of calls that a gateway's route leads to something that the gateway
// does not know; the zero Outcome where they go on.
func (side *Side) LostAtGateway(class *ClientClass, w *GatewayWay) resolve.Outcome {
	switch {
	case w.Mirror:
		return resolve.Outcome{}
	case w.Host == nil:
		return side.lostAt(&w.Way)
	case w.Subset == "":
		return resolve.Outcome{}
	}
	if rule := side.RuleFor(class, w.Host); rule == nil || rule.Subset(w.Subset) == nil {
		return subsetless(&w.Way)
	}
	return resolve.Outcome{}
}

// Ends are the places to which routes lead the calls of a class to a port of a host, copies not among
// them; none where all go to the host as it is.
func (side *Side) Ends(class *ClientClass, h *Host, port *HostPort) []End {
	if s := side.splitOf(class, h, port); s != nil {
		return s.Ends
	}
	return nil
}

// RoutedTo are the names of the hosts to which the routes for a host lead.
func (side *Side) RoutedTo(h *Host) (names []string) {
	for _, v := range side.routes.about(h) {
		for _, d := range v.Destinations {
			names = append(names, d.Host)
		}
	}
	return names
}

// Routed are the hosts that a VirtualService, or a route of the Gateway API, speaks of.
func (side *Side) Routed(by resolve.Ref) (hosts []*Host) {
	side.linkClients()
	for _, v := range side.virtualServices {
		if v.Ref == by {
			for _, name := range v.hosts {
				hosts = append(hosts, side.HostsUnder(name)...)
			}
		}
	}
	return hosts
}

// RoutedFrom are the hosts from which routes lead to one of the names.
func (side *Side) RoutedFrom(to map[string]bool) (hosts []*Host) {
	side.linkClients()
	for _, v := range side.virtualServices {
		if slices.ContainsFunc(v.Destinations, func(d Destination) bool { return to[d.Host] }) {
			for _, name := range v.hosts {
				hosts = append(hosts, side.HostsUnder(name)...)
			}
		}
	}
	return hosts
}

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
