package cmd

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// ends are what --from and --to name, looked up.
type ends struct {
	clients []*resolve.Workload
	from    map[*resolve.Workload]bool
	targets []reach
}

// reach is what one --to leads to: hosts, or workloads behind any host.
type reach struct {
	target
	hosts   map[*resolve.Host]bool
	servers map[*resolve.Workload]bool
	// behind are the hosts that have one of the servers behind them.
	behind map[*resolve.Host]bool
}

func (o *connectionsOptions) ends(l *loaded) (*ends, error) {
	e := &ends{from: map[*resolve.Workload]bool{}}
	if err := e.findClients(l, o.sources); err != nil {
		return nil, err
	}
	return e, e.findTargets(l, o.targets)
}

func (e *ends) findClients(l *loaded, sources []argument) error {
	if len(sources) == 0 {
		return nil
	}
	clients := newFinder(l)
	for _, a := range sources {
		hits, err := clients.find(a)
		if err != nil {
			return err
		}
		for _, h := range hits {
			e.clients = append(e.clients, h.members(l)...)
		}
	}
	for _, w := range e.clients {
		e.from[w] = true
	}
	return nil
}

func (e *ends) findTargets(l *loaded, targets []target) error {
	if len(targets) == 0 {
		return nil
	}
	servers := newTargetFinder(l)
	for _, t := range targets {
		r, err := servers.reach(t)
		if err != nil {
			return err
		}
		e.targets = append(e.targets, r)
	}
	return nil
}

// members are the workloads that a thing stands for: itself, those behind a
// service, those of a namespace.
func (f found) members(l *loaded) []*resolve.Workload {
	switch {
	case f.service != nil:
		return l.mesh.Behind(f.service)
	case f.namespace != nil:
		return l.workloads(func(w *resolve.Workload) bool { return w.Ref.Namespace == f.namespace.Name })
	}
	return f.workloads
}

// mayReach is asked before anything about a host is worked out.
func (e *ends) mayReach(h *resolve.Host) bool {
	return slices.ContainsFunc(e.targets, func(r reach) bool { return r.hosts[h] || r.behind[h] })
}

func (e *ends) reaches(c *resolve.Connection) bool {
	return slices.ContainsFunc(e.targets, func(r reach) bool { return r.holds(c) })
}

func (r reach) holds(c *resolve.Connection) bool {
	if r.subset != "" && r.subset != c.Subset {
		return false
	}
	return r.hosts[c.Host] && (r.port == "" || r.isPort(c.Port)) || r.leadsTo(c.Server)
}

// findBehind looks for the hosts of the servers.
func (r *reach) findBehind(m *resolve.Mesh) {
	if len(r.servers) == 0 {
		return
	}
	r.behind = map[*resolve.Host]bool{}
	for _, h := range m.Hosts() {
		for i := range h.Ports {
			r.behind[h] = r.behind[h] || slices.ContainsFunc(h.Ports[i].Endpoints, func(e resolve.Endpoint) bool { return r.servers[e.Workload] })
		}
	}
}
