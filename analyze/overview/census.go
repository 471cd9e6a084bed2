package overview

import (
	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// PortKind is what ports are counted by.
type PortKind struct {
	Namespace string
	Mode      resolve.Mode
	Dataplane resolve.Dataplane
}

// Census is what a mesh has at one time, as numbers.
type Census struct {
	// Ports counts those that something names.
	Ports map[PortKind]int
	// Cells are the calls, sorted by the namespaces of both sides.
	Cells []*Cell
}

// NewCensus counts the ports and calls of a mesh.
func NewCensus(m *mesh.Mesh) *Census {
	c := &Census{Ports: map[PortKind]int{}, Cells: Matrix(calls.Of(m, calls.Query{}, nil))}
	for _, w := range m.Workloads() {
		for i := range w.Ports {
			c.Ports[PortKind{w.Ref.Namespace, w.Ports[i].Decision.Mode, w.Membership.Dataplane}]++
		}
	}
	return c
}

// NumPorts is how many ports there are, and how many of them have a mode.
func (c *Census) NumPorts(mode resolve.Mode) (all, of int) {
	for k, n := range c.Ports {
		all += n
		if k.Mode == mode {
			of += n
		}
	}
	return all, of
}
