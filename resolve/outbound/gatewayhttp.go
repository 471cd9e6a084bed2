package outbound

import (
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

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
			key := s.Internal + " " + v.Ref.Path()
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

// namesAt are the hosts that a server and a VirtualService have in common, each the more specific of
// the two.
func namesAt(s *inbound.Server, v *VirtualService) (names []string) {
	for _, host := range s.Names(v.Namespace) {
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
