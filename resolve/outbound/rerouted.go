package outbound

import (
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Rerouted is the VirtualService by which clients of a class never call a port of a host as it
// is: the routes that count lead all calls to subsets, or to other hosts. What matches none of
// its routes is answered by the proxy itself. ok is false where there is none.
func (side *Side) Rerouted(class *ClientClass, h *Host, port *HostPort) (by resolve.Ref, ok bool) {
	if v := side.rerouting(class, h, port); v != nil {
		return v.Ref, true
	}
	return by, false
}

// rerouting is that VirtualService, nil for none.
func (side *Side) rerouting(class *ClientClass, h *Host, port *HostPort) *VirtualService {
	ways, by := side.Ways(class, h, port)
	if by == nil || slices.ContainsFunc(ways, func(w Way) bool { return w.is(h, port) }) || !side.knows(class, h, port.Number).known {
		return nil
	}
	return by
}

// is reports a way to a port of a host as it is, be it a copy of the call.
func (w *Way) is(h *Host, port *HostPort) bool {
	return w.Destination.Host == h.Name && w.Subset == "" && w.Destination.Port == port.Number
}

// imports reports a VirtualService that a Sidecar resource leaves to the class (3.1.2).
func (c *ClientClass) imports(v *VirtualService) bool {
	if c.scope.listed == nil {
		return true
	}
	return slices.ContainsFunc(c.sidecar.As.Spec.GetEgress(), func(l *networkingapi.IstioEgressListener) bool {
		e := newEgress(c, l)
		return slices.ContainsFunc(v.hosts, func(host string) bool { return e.routes(v.Namespace, host) })
	})
}
