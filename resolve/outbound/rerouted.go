package outbound

import (
	"slices"
	"strings"

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
	return side.reroutes(class, h, port, ways, by)
}

// reroutes is that VirtualService where the ways are known.
func (side *Side) reroutes(class *ClientClass, h *Host, port *HostPort, ways []Way, by *VirtualService) *VirtualService {
	if by == nil || slices.ContainsFunc(ways, func(w Way) bool { return w.is(h, port) }) || !side.knows(class, h, port.Number).known {
		return nil
	}
	return by
}

// is reports a way to a port of a host as it is, be it a copy of the call.
func (w *Way) is(h *Host, port *HostPort) bool {
	return w.Destination.Host == h.Name && w.Subset == "" && w.Destination.Port == port.Number
}

// listenerAt is the egress listener of a Sidecar resource whose routes HTTP calls to a port go by: the
// one for the port, else the first for any. nil for clients without such a resource.
func (c *ClientClass) listenerAt(port int32) *networkingapi.IstioEgressListener {
	return c.listener(port, func(*networkingapi.IstioEgressListener) bool { return true })
}

// listenerOf is the one that takes TCP connections to a port of a host: that for the port, if it
// imports the host, else the first for any.
func (c *ClientClass) listenerOf(h *Host, port int32) *networkingapi.IstioEgressListener {
	return c.listener(port, func(l *networkingapi.IstioEgressListener) bool { return newEgress(c, l).lets(h) })
}

func (c *ClientClass) listener(port int32, takes func(*networkingapi.IstioEgressListener) bool) *networkingapi.IstioEgressListener {
	if c.scope.listed == nil {
		return nil
	}
	for _, l := range c.sidecar.As.Spec.GetEgress() {
		switch p := l.GetPort(); {
		case p == nil:
			return l
		case strings.EqualFold(p.GetProtocol(), "HTTP_PROXY"): // which an application calls by itself
		case int32(p.GetNumber()) == port && takes(l):
			return l
		}
	}
	return nil
}

// imports reports a VirtualService that a listener leaves to the class (3.1.2).
func (c *ClientClass) imports(l *networkingapi.IstioEgressListener, v *VirtualService) bool {
	if c.scope.listed == nil {
		return true
	}
	e := newEgress(c, l)
	return slices.ContainsFunc(v.hosts, func(host string) bool { return e.routes(v.Namespace, host) })
}
