package outbound

import "github.com/mtlsctl/mtlsctl/resolve"

// Bypassed is the VirtualService by which clients of a class never call a port of a host as it
// is: the first that is about the host leads all calls to subsets, or to other hosts. What
// matches none of its routes is answered by the proxy itself. ok is false where there is none.
func (side *Side) Bypassed(class *ClientClass, h *Host, port *HostPort) (by resolve.Ref, ok bool) {
	if t := class.traits(); !t.rules || t.gateway {
		return by, false // gateways route by VirtualServices that are bound to their Gateways
	}
	for _, v := range side.routes.about(h) {
		if v.Exports.VisibleIn(class.Namespace, v.Namespace) {
			return v.Ref, v.bypasses(h, port)
		}
	}
	return by, false
}

// bypasses reports that no route of the mesh leads to the port of the host as it is.
func (v *VirtualService) bypasses(h *Host, port *HostPort) bool {
	if port.Protocol.Class() != resolve.ClassHTTP {
		return port.Protocol.Class() == resolve.ClassTCP && !port.Protocol.SaysTLS() && v.tcp != nil && !v.tcp.is(h, port)
	}
	if !v.rewrites {
		return false
	}
	for _, d := range v.Destinations {
		if d.At("mesh") && d.is(h, port) {
			return false
		}
	}
	return true
}

// is reports a destination that is a port of the host as it is.
func (d Destination) is(h *Host, port *HostPort) bool {
	return d.Host == h.Name && d.Subset == "" && h.DestinationPort(d.Port, port.Number) == port
}
