package cmd

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// ends are what --from and --to name, looked up.
type ends struct {
	clients []*inbound.Workload
	from    map[*inbound.Workload]bool
	targets []*mesh.Called
}

func (o *connectionsOptions) ends(l *input.Loaded) (*ends, error) {
	e := &ends{from: map[*inbound.Workload]bool{}}
	var err error
	if e.clients, err = l.Clients(o.sources); err != nil {
		return nil, err
	}
	for _, w := range e.clients {
		e.from[w] = true
	}
	e.targets, err = l.Called(o.targets)
	return e, err
}

// mayReach is asked before anything about a host is worked out.
func (e *ends) mayReach(h *outbound.Host) bool {
	return slices.ContainsFunc(e.targets, func(c *mesh.Called) bool { return c.MayHold(h) })
}

func (e *ends) reaches(call *outbound.Connection) bool {
	return slices.ContainsFunc(e.targets, func(c *mesh.Called) bool { return c.Holds(call) })
}

// derive argues the call when --from and --to name exactly one; nil otherwise.
func (e *ends) derive(m *mesh.Mesh) (*outbound.Trace, error) {
	if len(e.clients) == 0 || len(e.targets) != 1 || slices.ContainsFunc(e.clients, func(w *inbound.Workload) bool { return w.Ref != e.clients[0].Ref }) {
		return nil, nil
	}
	t := e.targets[0]
	host, port := t.One()
	if port == nil {
		return nil, nil
	}
	if err := t.CheckSubset(e.clients[0], host); err != nil {
		return nil, input.Unreached(err)
	}
	trace := m.Trace(e.clients[0], host, port, t.Subset)
	remedy.Explain(trace)
	return trace, nil
}
