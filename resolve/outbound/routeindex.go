package outbound

import (
	"slices"
	"sync"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// routeIndex finds the VirtualServices that sidecars read, so that nobody asks all of them
// about every host and every class of clients. What it finds is in the order of the list.
type routeIndex struct {
	list []*VirtualService
	// exact are those that name a host, wild those that name any wildcard.
	exact map[string][]int
	wild  []int
	// byNamespace are those of a namespace.
	byNamespace map[string][]int
	// atGateway are those that are bound to a Gateway, by its "namespace/name".
	atGateway map[string][]*VirtualService
	// found are those about a host, by its name, filled as they are asked for.
	found sync.Map
	// hidden are those with a destination that not everybody sees.
	hidden []int
}

func (side *Side) newRouteIndex() *routeIndex {
	x := &routeIndex{list: side.virtualServices, exact: map[string][]int{}, byNamespace: map[string][]int{}, atGateway: map[string][]*VirtualService{}}
	for i, v := range side.virtualServices {
		for i, name := range v.gateways {
			if !slices.Contains(v.gateways[:i], name) {
				x.atGateway[name] = append(x.atGateway[name], v)
			}
		}
		if !v.meshwide || len(v.hosts) == 0 { // one without hosts is a delegate, and leads nobody by itself
			continue
		}
		x.byNamespace[v.Namespace] = append(x.byNamespace[v.Namespace], i)
		for _, host := range v.hosts {
			switch at := x.exact[host]; {
			case resolve.IsWildcard(host):
				if len(x.wild) == 0 || x.wild[len(x.wild)-1] != i {
					x.wild = append(x.wild, i)
				}
			case len(at) == 0 || at[len(at)-1] != i:
				x.exact[host] = append(at, i)
			}
		}
		if slices.ContainsFunc(v.Destinations, side.hidesDestination) {
			x.hidden = append(x.hidden, i)
		}
	}
	return x
}

// hidesDestination reports a destination that some clients do not see.
func (side *Side) hidesDestination(d Destination) bool {
	return slices.ContainsFunc(side.hostsByName[d.Host], func(h *Host) bool { return !h.public() })
}

// about are those that speak of a host.
func (x *routeIndex) about(h *Host) []*VirtualService {
	if x == nil { // of several clusters each has its own
		return nil
	}
	if len(x.wild) == 0 && len(x.exact[h.Name]) == 0 && !resolve.IsWildcard(h.Name) {
		return nil
	}
	if known, ok := x.found.Load(h.Name); ok {
		return known.([]*VirtualService)
	}
	var at []int
	if resolve.IsWildcard(h.Name) {
		for host, places := range x.exact {
			if resolve.SubsetOf(host, h.Name) {
				at = append(at, places...)
			}
		}
	} else {
		at = slices.Clone(x.exact[h.Name])
	}
	for _, i := range x.wild {
		if x.list[i].speaksOf(h) {
			at = append(at, i)
		}
	}
	list := x.at(at)
	x.found.Store(h.Name, list)
	return list
}

// in are those of namespaces, all of them where one is "*".
func (x *routeIndex) in(namespaces []string) []*VirtualService {
	var at []int
	for _, ns := range namespaces {
		if ns == "*" {
			at = nil
			for _, list := range x.byNamespace {
				at = append(at, list...)
			}
			break
		}
		at = append(at, x.byNamespace[ns]...)
	}
	return x.at(at)
}

// at are those of some places, each once.
func (x *routeIndex) at(places []int) []*VirtualService {
	slices.Sort(places)
	places = slices.Compact(places)
	out := make([]*VirtualService, len(places))
	for i, p := range places {
		out[i] = x.list[p]
	}
	return out
}
