package outbound

import (
	"cmp"
	"slices"

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
// VirtualServices (2.15) and routes of the Gateway API (2.15.2): istiod's listeners and routes.
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
	for _, v := range e.side.routes.atGateway[s.Internal] {
		if at := v.rank(e.class.Namespace); at >= 0 {
			groups[at] = append(groups[at], v)
		}
	}
	return slices.Concat(groups[:]...)
}

// applies reports a match that is for the gateway.
func (e *entrance) applies(m routeMatch, s *inbound.Server) bool {
	switch {
	case m.port != 0 && m.port != uint32(s.Port):
		return false
	case len(m.gateways) > 0:
		return slices.Contains(m.gateways, s.Internal)
	}
	return m.named || resolve.Selects(m.sourceLabels, e.workload.Labels) && (m.sourceNamespace == "" || m.sourceNamespace == e.class.Namespace)
}

func (e *entrance) add(s *inbound.Server, name string, by *VirtualService, to routeTo, d Destination) {
	w := GatewayWay{Way: Way{Destination: d, By: cmp.Or(to.by, by), Field: to.field, Mirror: to.mirror}, Server: s, Name: name}
	if h := e.side.meantAtGateway(d.Host, e.class); h != nil {
		if p := h.Port(d.Port); p != nil && e.side.knows(e.class, h, p.Number).known {
			w.Host, w.Port = h, p
		}
	}
	if !slices.ContainsFunc(e.found, func(o GatewayWay) bool { return o.Server == w.Server && o.Name == w.Name && w.same(&o.Way) }) {
		e.found = append(e.found, w)
	}
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
