package outbound

import (
	"cmp"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"
)

// followed are the VirtualServices about a host that clients of a class read, in istiod's order:
// those that only their namespace sees, those that are exported to it by name, and all others; of
// each the routes of the Gateway API of their own namespace first.
func (side *Side) followed(class *ClientClass, l *networkingapi.IstioEgressListener, h *Host) []*VirtualService {
	about := side.routes.about(h)
	if len(about) >= fewRoutes && class.scope.listed == nil && side.everybodys(h, about) {
		return about
	}
	if !slices.ContainsFunc(about, func(v *VirtualService) bool { return v.rank(class.Namespace) != lastRank || !class.imports(l, v) }) {
		return about
	}
	var groups [lastRank + 1][]*VirtualService
	for _, v := range about {
		if at := v.rank(class.Namespace); at >= 0 && class.imports(l, v) {
			groups[at] = append(groups[at], v)
		}
	}
	return slices.Concat(groups[:]...)
}

// seenByAll is the key of whether all VirtualServices about a host rank alike.
type seenByAll struct{ host string }

// everybodys reports VirtualServices about a host of which each has the last rank for clients of every
// namespace.
func (side *Side) everybodys(h *Host, about []*VirtualService) bool {
	return side.Derived(seenByAll{h.Name}, func(*Side) any {
		return !slices.ContainsFunc(about, func(v *VirtualService) bool { return v.ofRoute || !v.Exports.Has("*") })
	}).(bool)
}

// lastRank is that of what everybody sees.
const lastRank = 4

// rank is the group in which clients of a namespace find a VirtualService, -1 where they do not
// see it.
func (v *VirtualService) rank(namespace string) int {
	own := v.Namespace == namespace
	switch {
	case v.Exports.Has("*") && v.ofRoute && own:
		return lastRank - 1
	case v.Exports.Has("*"):
		return lastRank
	case !v.Exports.VisibleIn(namespace, v.Namespace):
		return -1
	case own && v.ofRoute:
		return 0
	case own:
		return 1
	}
	return 2
}

// byAge is istiod's order: the oldest first, then by name, then by namespace.
func byAge(list []*VirtualService) {
	slices.SortStableFunc(list, func(a, b *VirtualService) int {
		return cmp.Or(a.created.Compare(b.created), cmp.Compare(a.generated, b.generated), cmp.Compare(a.Namespace, b.Namespace))
	})
}
