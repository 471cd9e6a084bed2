package outbound

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// byTCP follows the first route for TCP of the first VirtualService that has one for the server.
func (e *entrance) byTCP(s *inbound.Server) {
	for _, v := range e.bound(s) {
		if !meets(s, v) {
			continue
		}
		for _, r := range v.streams() {
			if len(r.to) == 0 && !r.nowhere || !slices.ContainsFunc(r.matches, func(m routeMatch) bool { return e.atPort(m, s) }) {
				continue
			}
			names := []string{everyName}
			if s.Ended {
				names = told(s.Names(""))
			}
			for _, name := range names {
				for _, to := range r.to {
					e.add(s, name, v, to, e.tcpTo(to.Destination, s))
				}
			}
			return
		}
	}
}

// streams are the routes of what a server gets when it has ended TLS: those for TCP, or for TLS of a
// TLSRoute.
func (v *VirtualService) streams() []routeRule {
	if len(v.tcp) == 0 && v.ofRoute {
		return v.tls
	}
	return v.tcp
}

// byTLS follows the routes by SNI: of one port and address, names that an earlier route has are not
// taken again.
func (e *entrance) byTLS(s *inbound.Server) {
	for _, v := range e.bound(s) {
		if !meets(s, v) {
			continue
		}
		for _, r := range v.tls {
			for _, m := range r.matches {
				if len(r.to) == 0 && !r.nowhere || !e.atPort(m, s) || e.taken(s, m.sni) {
					continue
				}
				for _, name := range told(m.sni) {
					for _, to := range r.to {
						e.add(s, name, v, to, e.tcpTo(to.Destination, s))
					}
				}
			}
		}
	}
}

// taken reports names of which one has its route, and notes them where none has.
func (e *entrance) taken(s *inbound.Server, names []string) bool {
	key := func(name string) string { return fmt.Sprint(s.Bind, " ", s.Listens, " ", name) }
	if slices.ContainsFunc(names, func(name string) bool { return e.named[key(name)] }) {
		return true
	}
	for _, name := range names {
		e.named[key(name)] = true
	}
	return false
}

// atPort reports a match for TCP or TLS that is for the server: istiod looks at nothing else.
func (e *entrance) atPort(m routeMatch, s *inbound.Server) bool {
	return (m.port == 0 || m.port == uint32(s.Port)) && (len(m.gateways) == 0 || slices.Contains(m.gateways, s.Internal))
}

// meets reports a VirtualService that has a host in common with a server for TCP or TLS.
func meets(s *inbound.Server, v *VirtualService) bool {
	return slices.ContainsFunc(s.Names(v.Namespace), func(host string) bool {
		return slices.ContainsFunc(v.hosts, func(own string) bool { return resolve.Overlaps(host, own) })
	})
}

// everyName is the pattern of all names.
const everyName = "*"

// told are the SNI names by which a proxy tells connections apart: none where any is meant.
func told(names []string) []string {
	if slices.Contains(names, everyName) {
		return []string{everyName}
	}
	return names
}

// tcpTo is what a destination of TCP or TLS means.
func (e *entrance) tcpTo(d Destination, s *inbound.Server) Destination {
	return onPort(d, e.side.meantAtGateway(d.Host, e.class), s)
}
