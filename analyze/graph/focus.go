package graph

import (
	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// distances are how many edges workloads and hosts are away from the focus. A nil *distances is
// a graph without focus, which shows everything.
type distances struct {
	depth     int
	workloads map[*inbound.Workload]int
	hosts     map[*outbound.Host]int
}

// far is the distance of what cannot be reached.
const far = 1 << 30

// shows reports an edge between ends of which one is nearer than the depth, and both are there.
func (d *distances) shows(from, to int) bool {
	return d == nil || min(from, to) < d.depth && max(from, to) <= d.depth
}

// client is the distance of a workload; a caller that is none is as far as the depth, so that
// what it calls decides.
func (d *distances) client(w *inbound.Workload) int {
	switch {
	case d == nil:
		return 0
	case w == nil:
		return d.depth
	}
	return distance(d.workloads, w)
}

func (d *distances) server(p *calls.Part) int { return d.end(p.Host, p.Server) }

func (d *distances) end(h *outbound.Host, e *outbound.Endpoint) int {
	switch {
	case d == nil:
		return 0
	case e != nil && e.Workload != nil:
		return distance(d.workloads, e.Workload)
	}
	return distance(d.hosts, h)
}

func distance[K comparable](known map[K]int, key K) int {
	if at, ok := known[key]; ok {
		return at
	}
	return far
}

// distances goes from the focus along edges, in either direction, as far as the depth.
func (b *builder) distances() *distances {
	d := &distances{b.o.Depth, map[*inbound.Workload]int{}, map[*outbound.Host]int{}}
	for _, w := range b.o.Focus {
		d.workloads[w] = 0
	}
	for at := range b.o.Depth {
		s := step{builder: b, d: d, at: at, rosters: map[*calls.Roster]bool{}, reached: map[*calls.Roster]bool{}}
		for _, p := range b.parts {
			s.part(p)
		}
		for _, a := range b.aside {
			s.aside(a)
		}
	}
	return d
}

// step finds what is one edge further away than at. Rosters are looked through once.
type step struct {
	*builder
	d                *distances
	at               int
	rosters, reached map[*calls.Roster]bool
}

func (s *step) part(p *calls.Part) {
	if s.d.server(p) == s.at && !(s.possible() && s.reached[p.Clients]) {
		s.reached[p.Clients] = true
		for w := range s.clients(p) {
			s.reach(w)
		}
	}
	if s.from(p) {
		s.end(p.Host, p.Server)
	}
}

// from reports that one of the clients is at the distance.
func (s *step) from(p *calls.Part) bool {
	if known, ok := s.rosters[p.Clients]; ok && s.possible() {
		return known
	}
	found := false
	for w := range s.clients(p) {
		found = found || distance(s.d.workloads, w) == s.at
	}
	s.rosters[p.Clients] = found
	return found
}

func (s *step) aside(a *aside) {
	for _, server := range a.servers {
		if a.client != nil && s.d.end(a.host, server) == s.at {
			s.reach(a.client)
		}
		if a.client != nil && distance(s.d.workloads, a.client) == s.at {
			s.end(a.host, server)
		}
	}
}

func (s *step) reach(w *inbound.Workload) {
	if _, known := s.d.workloads[w]; !known {
		s.d.workloads[w] = s.at + 1
	}
}

func (s *step) end(h *outbound.Host, e *outbound.Endpoint) {
	if e != nil && e.Workload != nil {
		s.reach(e.Workload)
		return
	}
	if _, known := s.d.hosts[h]; !known {
		s.d.hosts[h] = s.at + 1
	}
}
