package resolve

import "fmt"

// knows reports whether the proxies of a class have a cluster for a host and port,
// and why not.
func (m *Mesh) knows(c *ClientClass, h *Host, port int32) knowledge {
	if ports, routed := c.scope.routed[h]; routed && (ports == nil || ports[port]) && h.owns(port) { // found by name, as it stands
		return knowledge{true, "a VirtualService leads to it", ""}
	}
	if _, listed := c.scope.listed[h]; !listed && !h.VisibleTo(c.Namespace) {
		return knowledge{false, h.Ref.String() + " is not exported to namespace ", c.Namespace}
	}
	if c.scope.listed == nil {
		if !m.preferred(h, c) {
			return knowledge{false, "another object has the same host and comes first", ""}
		}
		if c.Dataplane == DataplaneGateway {
			return knowledge{true, "gateways ignore Sidecar resources, so they know every exported host", ""}
		}
		if g := m.gaps.at(KindSidecar, c.Namespace); g != nil {
			return knowledge{true, g.String(), ", so that one may hide it"}
		}
		return knowledge{true, "no Sidecar resource limits ", c.Namespace}
	}
	return m.listed(c, h, port)
}

// listed is knows for clients of a Sidecar resource.
func (m *Mesh) listed(c *ClientClass, h *Host, port int32) knowledge {
	ports, listed := c.scope.listed[h]
	if v, routed := c.scope.via[h]; routed && (ports == nil || ports[port]) {
		return knowledge{true, c.Sidecar.String(), fmt.Sprintf(" does not name it, but imports %s, which leads to it", v)}
	}
	if listed && (ports == nil || ports[port]) {
		return knowledge{true, c.Sidecar.String(), " imports it"}
	}
	if only := c.onlyPort(h); only != 0 {
		return knowledge{false, "the egress listener of " + c.Sidecar.String(), fmt.Sprintf(" for it is limited to port %d", only)}
	}
	return knowledge{false, c.Sidecar.String(), " does not import it"}
}

// knowledge is whether clients know a port of a host, and why in two parts: hardly anybody
// asks.
type knowledge struct {
	known      bool
	says, more string
}

func (k knowledge) because() string { return k.says + k.more }

// Knows reports whether the scope of the clients' proxies has the port at all: a call to
// one that it has not is passed through or refused, and made by nobody who can help it.
// Without a proxy there is no scope.
func (c *ClientClass) Knows(h *Host, port int32) bool {
	return c.Proxied() && c.home.knows(c, h, port).known
}

// onlyPort is the port of an egress listener that would let a host through, 0 when
// there is none.
func (c *ClientClass) onlyPort(h *Host) int32 {
	if c.sidecar == nil {
		return 0
	}
	for _, l := range c.sidecar.value.Spec.GetEgress() {
		e := newEgress(c.Namespace, l)
		if e.port != 0 && e.has(e.imports, h.Namespace, h.Name, subsetOf) && !e.has(e.excludes, h.Namespace, h.Name, subsetOf) {
			return e.port
		}
	}
	return 0
}
