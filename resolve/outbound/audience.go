package outbound

import (
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Shared yields every connection once for all the classes of clients that share
// it, host by host: most clients of a mesh send the same, so that this is what
// stays linear where a table of all pairs would not. Hosts that a client's scope
// hides are left out. Clients without a proxy are not asked.
func (side *Side) Shared(f Filter) iter.Seq2[[]*ClientClass, Connection] {
	side.linkClients()
	return func(yield func([]*ClientClass, Connection) bool) {
		s := side.Audience(f)
		for _, h := range side.hosts {
			if h.Alias != "" || f.Host != nil && !f.Host(h) {
				continue
			}
			for _, g := range s.Of(h) {
				together := func(c Connection) bool { return yield(g, c) }
				if !side.calls(g[0], h, Filter{Rerouted: f.Rerouted}, together) {
					return
				}
			}
		}
	}
}

// Audience finds the classes that know a host and send the same to it without asking
// each of them: most have no rule of their own that could match, no Sidecar resource
// and no annotations, and differ only in their namespace. Only Side.Audience makes
// one, of the side of one cluster.
type Audience struct {
	side *Side
	all  []*ClientClass
	// ordinary are the classes that only rules of other namespaces reach, grouped.
	ordinary [][]*ClientClass
	// The others have to be asked one by one: always, or for one host.
	always []*ClientClass
	byHost map[string][]*ClientClass
	scoped map[*hostID][]*ClientClass
}

// Audience is of the classes that the filter lets pass; clients without a proxy are
// not among them.
func (side *Side) Audience(f Filter) *Audience {
	side.linkClients()
	s := &Audience{side: side, byHost: map[string][]*ClientClass{}, scoped: map[*hostID][]*ClientClass{}}
	groups := map[Sharing]int{}
	for _, c := range side.clients {
		if !c.Proxied() || f.Client != nil && !f.Client(c) {
			continue
		}
		s.all = append(s.all, c)
		if c.scope.listed != nil {
			for h := range c.scope.listed {
				s.scoped[h] = append(s.scoped[h], c)
			}
			continue
		}
		local := side.RuleIndexes[c.Revision].Local[c.Namespace]
		if c.Namespace == side.In.Control.RootOf(c.Revision) || local != nil && len(local.Wild) > 0 {
			s.always = append(s.always, c)
			continue
		}
		if local != nil {
			for host := range local.Exact {
				s.byHost[host] = append(s.byHost[host], c)
			}
		}
		key := Sharing{dataplane: c.Dataplane, revision: c.Revision, bypass: c.bypass, files: c.Certificates, patched: c.patched(), network: c.network, agent: c.agent}
		if _, seen := groups[key]; !seen {
			groups[key] = len(s.ordinary)
			s.ordinary = append(s.ordinary, nil)
		}
		s.ordinary[groups[key]] = append(s.ordinary[groups[key]], c)
	}
	return s
}

// Of groups the classes that know a host by what they send to it.
func (s *Audience) Of(h *Host) [][]*ClientClass {
	if !s.Plain(h) {
		return s.side.oneByOne(h, s.all)
	}
	own := s.byHost[h.Name]
	var groups [][]*ClientClass
	for _, g := range s.ordinary {
		if len(own) > 0 {
			g = slices.DeleteFunc(slices.Clone(g), func(c *ClientClass) bool { return slices.Contains(own, c) })
		}
		if len(g) > 0 {
			groups = append(groups, g)
		}
	}
	return append(groups, s.side.oneByOne(h, slices.Concat(s.always, own, s.scoped[h.id]))...)
}

// Plain reports whether a client's namespace alone makes no difference: the host
// is everyone's and nobody else's, and so are the rules that match it.
func (s *Audience) Plain(h *Host) bool {
	if !h.public() || len(s.side.hostsByName[h.Name]) > 1 {
		return false
	}
	routes := s.side.routes.about(h)
	if len(routes) > 0 && s.side.routesMayLose(h, routes) {
		return false
	}
	if slices.ContainsFunc(routes, func(v *VirtualService) bool { return v.ofRoute || !v.Exports.Has("*") || v.conditional() }) {
		return false
	}
	for _, g := range s.ordinary {
		for _, ns := range []string{h.Namespace, s.side.In.Control.RootOf(g[0].Revision)} {
			_, entries, _ := s.side.RuleIndexes[g[0].Revision].Exported[ns].Match(h.Name)
			for _, e := range entries {
				if len(e.first.Exports) > 0 && !e.first.Exports.Has("*") {
					return false
				}
			}
		}
	}
	return true
}

// Sharing is everything about a class that what it sends to one host depends on.
type Sharing struct {
	Rule      *MergedRule
	dataplane resolve.Dataplane
	revision  string
	bypass    bypass
	files     string // where client certificates come from
	patched   string // by EnvoyFilters
	network   string
	ports     string // those that a Sidecar resource leaves, "" for all
	route     string // the ports of which VirtualServices lead all calls elsewhere, or some to nothing, "" for none
	doubt     bool   // whether the host is hidden is not known
	agent     bool   // agentgateway sends it
}

// routeOf are the ports that clients of a class do not call as they are, and why, and the calls that
// are lost, "" for none.
func (side *Side) routeOf(c *ClientClass, h *Host) string {
	text := ""
	for i := range h.Ports {
		ways, by := side.Ways(c, h, &h.Ports[i])
		if v := side.reroutes(c, h, &h.Ports[i], ways, by); v != nil {
			text += fmt.Sprintf("%d %s ", h.Ports[i].Number, v.Ref.Path())
		}
		side.lostCalls(c, h, &h.Ports[i], nil, ways, by, func(con Connection) bool {
			text += fmt.Sprintf("%d %s %s ", h.Ports[i].Number, con.Lost, con.Serves.Why.Cause)
			return true
		})
	}
	return text
}

// oneByOne groups classes by asking each, in the order of their first member.
func (side *Side) oneByOne(h *Host, classes []*ClientClass) [][]*ClientClass {
	index := map[Sharing]int{}
	var groups [][]*ClientClass
	for _, c := range classes {
		key, known := side.SharingOf(c, h)
		if !known {
			continue
		}
		i, seen := index[key]
		if !seen {
			i = len(groups)
			index[key] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], c)
	}
	return groups
}

// SharingOf is what a class sends to a host depends on; known is false where it does not know
// the host.
func (side *Side) SharingOf(c *ClientClass, h *Host) (key Sharing, known bool) {
	if c.traits().unscoped {
		known = slices.ContainsFunc(h.Ports, func(p HostPort) bool { return side.knownToZtunnel(c, h, p.Number).known })
		doubt, _ := h.hidden(c)
		return Sharing{Rule: side.ruleBehind(c, h), dataplane: c.Dataplane, revision: c.Revision, bypass: c.bypass, network: c.network, doubt: doubt, agent: c.agent}, known
	}
	allowed, routed := c.scope.routed[h.id]
	if c.scope.listed == nil && !routed && (!h.visibleTo(c) || !side.preferred(h, c)) {
		return key, false
	}
	key = Sharing{side.RuleFor(c, h), c.Dataplane, c.Revision, c.bypass, c.Certificates, c.patched(), c.network, "", side.routeOf(c, h), false, c.agent}
	key.doubt, _ = h.hidden(c)
	if c.scope.listed != nil {
		ports, listed := c.scope.listed[h.id]
		if !listed {
			return key, false
		}
		allowed = ports
	}
	if allowed != nil {
		key.ports = fmt.Sprint(slices.Sorted(maps.Keys(allowed)))
	}
	return key, true
}

// Effort is how many classes Of asks about a host.
func (s *Audience) Effort(h *Host) int {
	if s.Plain(h) {
		return len(s.ordinary) + len(s.always) + len(s.byHost[h.Name]) + len(s.scoped[h.id])
	}
	return len(s.all)
}
