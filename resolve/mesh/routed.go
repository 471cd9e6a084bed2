package mesh

import "github.com/mtlsctl/mtlsctl/resolve"

// route adds what VirtualServices lead sidecars to that no Sidecar resource
// limits. istiod looks a destination up in the clients' own namespace first, and
// does not ask there whether it is exported.
func (m *Side) route(s *scope, c *ClientClass) {
	if c.Dataplane == resolve.DataplaneGateway {
		return
	}
	for _, i := range m.routes.hidden { // what everybody sees is known without a route
		v := m.virtualServices[i]
		if !v.Exports.VisibleIn(c.Namespace, v.Namespace) {
			continue
		}
		for _, d := range v.Destinations {
			h := m.RoutedTo(d.Host, c.Namespace)
			if h == nil || h.VisibleTo(c.Namespace) {
				continue
			}
			if seen := m.hostFor(d.Host, c.Namespace, (*Host).before); seen != nil && (seen.Kubernetes || !h.Kubernetes) {
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
func (m *Side) RoutedTo(name, namespace string) *Host {
	var own *Host
	for _, h := range m.hostsByName[name] {
		if h.Namespace == namespace && (own == nil || h.beforeAtGateway(own, namespace)) {
			own = h
		}
	}
	if own != nil {
		return own
	}
	return m.hostFor(name, namespace, (*Host).before)
}
