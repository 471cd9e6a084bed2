package outbound

import (
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Rerouted is the VirtualService by which clients of a class never call a port of a host as it
// is: the first that is about the host leads all calls to subsets, or to other hosts. What
// matches none of its routes is answered by the proxy itself. ok is false where there is none.
func (side *Side) Rerouted(class *ClientClass, h *Host, port *HostPort) (by resolve.Ref, ok bool) {
	if v := side.rerouting(class, h, port); v != nil {
		return v.Ref, true
	}
	return by, false
}

// rerouting is that VirtualService, nil for none.
func (side *Side) rerouting(class *ClientClass, h *Host, port *HostPort) *VirtualService {
	if t := class.traits(); !t.rules || t.gateway {
		return nil // gateways route by VirtualServices that are bound to their Gateways
	}
	for _, v := range side.followed(class.Namespace, h, port.Number) {
		if !class.imports(v) {
			continue
		}
		if v.reroutes(h, port) && side.knows(class, h, port.Number).known {
			return v
		}
		return nil // the first one counts
	}
	return nil
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

// reroutes reports that no route of the mesh leads to the port of the host as it is.
func (v *VirtualService) reroutes(h *Host, port *HostPort) bool {
	if port.Protocol.Class() != resolve.ClassHTTP {
		return port.Protocol.Class() == resolve.ClassTCP && !port.Protocol.SaysTLS() && v.tcp != nil && !v.tcp.is(h, port)
	}
	if !v.rewrites {
		return false
	}
	led := false // without a route for sidecars istiod leaves the host as it is
	for _, d := range v.Destinations {
		if !d.At("mesh") {
			continue
		}
		if d.is(h, port) {
			return false
		}
		led = true
	}
	return led
}

// is reports a destination that is a port of the host as it is.
func (d Destination) is(h *Host, port *HostPort) bool {
	return d.Host == h.Name && d.Subset == "" && h.DestinationPort(d.Port, port.Number) == port
}
