package outbound

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
		for _, d := range v.Destinations {
			h := side.RoutedTo(d.Host, c.Namespace)
			if h == nil || h.VisibleTo(c.Namespace) {
				continue
			}
			if seen := side.hostFor(d.Host, c.Namespace, (*Host).before); seen != nil && (seen.Kubernetes || !h.Kubernetes) {
				continue // what is seen stays, unless a Kubernetes Service comes in its way
			}
			if s.routed == nil {
				s.routed = map[*hostID]map[int32]bool{}
			}
			addPort(s.routed, h.id, d.Port)
		}
	}
}

// RoutedTo is what a VirtualService's destination means to clients of a namespace:
// their own namespace's host, exported or not, else one that they see.
func (side *Side) RoutedTo(name, namespace string) *Host {
	var own *Host
	for _, h := range side.hostsByName[name] {
		if h.Namespace == namespace && (own == nil || h.beforeAtGateway(own, namespace)) {
			own = h
		}
	}
	if own != nil {
		return own
	}
	return side.hostFor(name, namespace, (*Host).before)
}
