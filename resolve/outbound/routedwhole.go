package outbound

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Routed is where a VirtualService sends all calls to a host: what an application
// that calls the host meets is there.
type Routed struct {
	By     resolve.Ref
	Origin resolve.Origin
	Field  resolve.Field
	Host   *Host
	Port   *HostPort
	Subset string
	// Connections are what it comes to there; empty where the subset is defined by no
	// rule that counts for the client.
	Connections []Connection
	// Onward is where gateways send it that take it there; nil where none does.
	Onward []Onward
}

// Position is where the VirtualService says it.
func (r *Routed) Position() resolve.Position { return r.Origin.At(r.Field) }

// routedWhole finds the VirtualService that sends all of the class's calls to a
// port of a host elsewhere, nil where none does.
func (side *Side) routedWhole(class *ClientClass, h *Host, port *HostPort) *Routed {
	ways, _ := side.Ways(class, h, port)
	ways = slices.DeleteFunc(ways, func(w Way) bool { return w.Mirror })
	if len(ways) != 1 || ways[0].is(h, port) || ways[0].Host == nil {
		return nil
	}
	w := &ways[0]
	r := &Routed{By: w.By.Ref, Origin: w.By.Origin, Field: w.Field, Host: w.Host, Port: w.Port, Subset: w.Subset}
	r.Connections = side.routedCalls(class, r, port.Protocol.Class() == resolve.ClassHTTP)
	return r
}

// routedCalls are what a routed call comes to; requests is true where a route of HTTP leads it.
func (side *Side) routedCalls(class *ClientClass, r *Routed, requests bool) []Connection {
	rule := side.RuleFor(class, r.Host)
	if r.Subset != "" && (rule == nil || rule.Subset(r.Subset) == nil) {
		return nil
	}
	c := side.Prepare(class, r.Host, r.Port, r.Subset, rule)
	c.byRequest = requests
	return c.Connections()
}

func (v *VirtualService) speaksOf(h *Host) bool {
	for _, host := range v.hosts {
		if resolve.SubsetOf(h.Name, host) {
			return true
		}
	}
	return false
}

// single reports a host with one port; those of UDP count, though no proxy takes them.
func (h *Host) single() bool {
	return len(h.Ports) == 1 && (h.Backs == nil || len(h.Backs.Ports) == 1)
}
