package outbound

import (
	"cmp"

	"github.com/mtlsctl/mtlsctl/resolve/release"
)

// route adds what VirtualServices lead sidecars to that no Sidecar resource
// limits. istiod looks a destination up in the clients' own namespace first, and
// does not ask there whether it is exported.
func (side *Side) route(s *scope, c *ClientClass) {
	if c.traits().gateway {
		return
	}
	for _, i := range side.routes.hidden { // what everybody sees is known without a route
		v := side.virtualServices[i]
		if !v.Exports.VisibleIn(c.Namespace, v.Namespace) {
			continue
		}
		for d := range v.destinationsFor(c.Namespace) {
			h := side.routedTo(d.Host, c)
			if h == nil || h.visibleTo(c) || d.Port != 0 && !h.owns(d.Port) {
				continue // istiod takes no host of which the route names no port
			}
			if side.staying(h, c) != nil {
				continue
			}
			if s.routed == nil {
				s.routed = map[*hostID]map[int32]bool{}
			}
			addPort(s.routed, h.id, d.Port)
		}
	}
}

// staying is what the clients of a class see of the name of a host that a route leads to, and
// keep: all but what a Kubernetes Service comes in the way of. Nil for nothing.
func (side *Side) staying(h *Host, c *ClientClass) *Host {
	if seen := side.hostFor(h.Name, c.Namespace, (*Host).before, seenBy(c)); seen != nil && (seen.Kubernetes || !h.Kubernetes) {
		return seen
	}
	return nil
}

// routedTo is what a VirtualService's destination means to clients of a class: their own namespace's
// host, exported or not, else one that they see.
func (side *Side) routedTo(name string, c *ClientClass) *Host {
	return side.routedFrom(name, c, seenBy(c))
}

// routedFrom is that with another view of what clients see.
func (side *Side) routedFrom(name string, c *ClientClass, sees func(*Host) bool) *Host {
	var own *Host
	for _, h := range side.hostsByName[name] {
		if h.Namespace == c.Namespace && (own == nil || h.beforeAtGateway(own, c.Namespace)) {
			own = h
		}
	}
	if own != nil {
		return own
	}
	return side.hostFor(name, c.Namespace, (*Host).before, sees)
}

// importedByRoute is RoutedTo for clients of a Sidecar resource that imports the VirtualService:
// in another namespace, what counts is a Kubernetes Service, else the oldest, or the first
// namespace by name (3.1.2), each as istiod's index keeps it.
func (side *Side) importedByRoute(name string, c *ClientClass) *Host {
	best := c.plane.Has(release.RoutedToBest) && !c.plane.Off("PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE")
	seen := func(h *Host) bool { return h.visibleTo(c) && side.kept(h) }
	h := side.routedFrom(name, c, seen)
	if h == nil || h.Namespace == c.Namespace || best {
		return h
	}
	for _, o := range side.hostsByName[name] {
		if before := cmp.Compare(o.Namespace, h.Namespace); (before < 0 || before == 0 && o.beforeAtGateway(h, c.Namespace)) && seen(o) {
			h = o
		}
	}
	return h
}
