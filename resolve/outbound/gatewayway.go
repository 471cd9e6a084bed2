package outbound

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// GatewayWay is where a gateway's proxy sends what comes to one of its servers.
type GatewayWay struct {
	Way
	// Server is where the call comes in.
	Server *inbound.Server
	// Name is which host is asked for, in HTTP's Host or in SNI, with "*" for any part; "*" where
	// nobody looks at it.
	Name string
}

// entrance finds the ways from the servers of one gateway.
type entrance struct {
	side     *Side
	class    *ClientClass
	workload *inbound.Workload
	found    []GatewayWay
	// named are the SNI names of one port and address that have their route.
	named map[string]bool
}

// GatewayWays are all ways of calls that come to the servers of a gateway, of a class of clients, by
// VirtualServices (2.15): istiod's listeners and routes. Routes of the Gateway API are not among
// them.
func (side *Side) GatewayWays(class *ClientClass, w *inbound.Workload) []GatewayWay {
	side.linkClients()
	if side.routes == nil || len(side.routes.atGateway) == 0 {
		return nil
	}
	e := entrance{side: side, class: class, workload: w, named: map[string]bool{}}
	for i := range w.Servers {
		switch s := &w.Servers[i]; s.Takes {
		case inbound.TakesTCP:
			e.byTCP(s)
		case inbound.TakesTLS:
			e.byTLS(s)
		case inbound.TakesHTTPS:
			e.byHTTP(w.Servers[i : i+1])
		case inbound.TakesHTTP:
			shares := func(o inbound.Server) bool {
				return o.Takes == s.Takes && o.Listens == s.Listens && o.Bind == s.Bind
			}
			if !slices.ContainsFunc(w.Servers[:i], shares) {
				e.byHTTP(slices.DeleteFunc(slices.Clone(w.Servers), func(o inbound.Server) bool { return !shares(o) }))
			}
		}
	}
	return e.found
}

// bound are the VirtualServices at a server's Gateway that proxies of the class see, in istiod's order:
// those that only their namespace sees, those that are exported to it by name, and all others.
func (e *entrance) bound(s *inbound.Server) []*VirtualService {
	var groups [lastRank + 1][]*VirtualService
	for _, v := range e.side.routes.atGateway[s.By.Path()] {
		if at := v.rank(e.class.Namespace); at >= 0 {
			groups[at] = append(groups[at], v)
		}
	}
	return slices.Concat(groups[:]...)
}

// namesAt are the hosts that a server and a VirtualService have in common, each the more specific of
// the two.
func namesAt(s *inbound.Server, v *VirtualService) (names []string) {
	for _, host := range s.Hosts {
		if ns, name, scoped := strings.Cut(host, "/"); scoped {
			if host = name; ns != v.Namespace {
				continue
			}
		}
		for _, own := range v.hosts {
			switch {
			case resolve.SubsetOf(host, own):
				names = append(names, host)
			case resolve.SubsetOf(own, host):
				names = append(names, own)
			}
		}
	}
	return names
}

// applies reports a match that is for the gateway.
func (e *entrance) applies(m routeMatch, s *inbound.Server) bool {
	switch {
	case m.port != 0 && m.port != uint32(s.Port):
		return false
	case len(m.gateways) > 0:
		return slices.Contains(m.gateways, s.By.Path())
	}
	return m.named || resolve.Selects(m.sourceLabels, e.workload.Labels) && (m.sourceNamespace == "" || m.sourceNamespace == e.class.Namespace)
}

// request is a route of HTTP for the calls of one name.
type request struct {
	server *inbound.Server
	by     *VirtualService
	to     []routeTo
	every  bool
}

// byHTTP follows the routes of HTTP of servers that share them: for each name those of all
// VirtualServices, the first for every request last. istiod makes the routes of a VirtualService for
// the first server of a Gateway that has it.
func (e *entrance) byHTTP(servers []inbound.Server) {
	names, byName := []string(nil), map[string][]request{}
	first := map[string][]request{}
	for i := range servers {
		s := &servers[i]
		for _, v := range e.bound(s) {
			key := s.By.Path() + " " + v.Ref.Path()
			requests, made := first[key]
			if !made {
				if requests = e.requests(v, s); len(requests) == 0 {
					continue
				}
			}
			for _, name := range namesAt(s, v) {
				first[key] = requests
				name = strings.ToLower(name)
				if byName[name] == nil {
					names = append(names, name)
				}
				byName[name] = append(byName[name], requests...)
			}
		}
	}
	for _, name := range names {
		e.lead(name, byName[name])
	}
}

// requests are the routes of a VirtualService up to the first for every request.
func (e *entrance) requests(v *VirtualService, s *inbound.Server) (out []request) {
	for _, r := range v.http {
		for _, m := range r.matches {
			if !e.applies(m, s) {
				continue
			}
			out = append(out, request{s, v, r.to, m.every && !m.unsure})
			if m.every && !m.unsure {
				return out
			}
		}
	}
	return out
}

// lead adds where the requests for a name go.
func (e *entrance) lead(name string, requests []request) {
	every := false
	for _, r := range requests {
		if r.every && every {
			continue // which an earlier route takes
		}
		every = every || r.every
		for _, to := range r.to {
			e.add(r.server, name, r.by, to, e.httpTo(r.by, to.Destination, r.server))
		}
	}
}

// byTCP follows the first route for TCP of the first VirtualService that has one for the server.
func (e *entrance) byTCP(s *inbound.Server) {
	for _, v := range e.bound(s) {
		if !meets(s, v) {
			continue
		}
		for _, r := range v.tcp {
			if len(r.to) == 0 && !r.nowhere || !slices.ContainsFunc(r.matches, func(m routeMatch) bool { return e.atPort(m, s) }) {
				continue
			}
			names := []string{everyName}
			if s.Ended {
				names = told(plainNames(s))
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
	return (m.port == 0 || m.port == uint32(s.Port)) && (len(m.gateways) == 0 || slices.Contains(m.gateways, s.By.Path()))
}

// meets reports a VirtualService that has a host in common with a server for TCP or TLS.
func meets(s *inbound.Server, v *VirtualService) bool {
	return slices.ContainsFunc(s.Hosts, func(host string) bool {
		if ns, name, scoped := strings.Cut(host, "/"); scoped {
			if host = name; ns != v.Namespace {
				return false
			}
		}
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

// plainNames are the hosts of a server without their namespaces.
func plainNames(s *inbound.Server) (names []string) {
	for _, host := range s.Hosts {
		if _, name, scoped := strings.Cut(host, "/"); scoped {
			host = name
		}
		names = append(names, host)
	}
	return names
}

func (e *entrance) add(s *inbound.Server, name string, by *VirtualService, to routeTo, d Destination) {
	w := GatewayWay{Way: Way{Destination: d, By: by, Field: to.field, Mirror: to.mirror}, Server: s, Name: name}
	if h := e.side.meantAtGateway(d.Host, e.class); h != nil {
		if p := h.Port(d.Port); p != nil && e.side.knows(e.class, h, p.Number).known {
			w.Host, w.Port = h, p
		}
	}
	if !slices.ContainsFunc(e.found, func(o GatewayWay) bool { return o.Server == w.Server && o.Name == w.Name && w.same(&o.Way) }) {
		e.found = append(e.found, w)
	}
}

// httpTo is what a destination of HTTP means: its own port, the only one of its host, or that of the
// server. The host of the VirtualService's namespace comes first, where the gateway sees it.
func (e *entrance) httpTo(v *VirtualService, d Destination, s *inbound.Server) Destination {
	var h *Host
	for _, o := range e.side.hostsByName[d.Host] {
		if o.Namespace == v.Namespace && o.visibleTo(e.class) && (h == nil || o.beforeAtGateway(h, v.Namespace)) {
			h = o
		}
	}
	if h == nil {
		h = e.side.meantAtGateway(d.Host, e.class)
	}
	return onPort(d, h, s)
}

// tcpTo is what a destination of TCP or TLS means.
func (e *entrance) tcpTo(d Destination, s *inbound.Server) Destination {
	return onPort(d, e.side.meantAtGateway(d.Host, e.class), s)
}

func onPort(d Destination, h *Host, s *inbound.Server) Destination {
	if h != nil {
		if h.single() {
			d.Port = cmp.Or(d.Port, h.Ports[0].Number)
		}
		d.Host = cmp.Or(h.Alias, d.Host)
	}
	d.Port = cmp.Or(d.Port, s.Port)
	return d
}

// meantAtGateway is what the name of a host means to a gateway.
func (side *Side) meantAtGateway(name string, c *ClientClass) *Host {
	return side.hostFor(name, c.Namespace, (*Host).beforeAtGateway, seenBy(c))
}
