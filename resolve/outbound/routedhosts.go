package outbound

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

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
