package outbound

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// preferred reports whether h is the one that clients without a Sidecar resource
// get for its name.
func (side *Side) preferred(h *Host, c *ClientClass) bool {
	if len(side.hostsByName[h.Name]) < 2 {
		return true
	}
	for r := range c.scope.routed {
		if r.name == h.Name && r.kubernetes && !h.Kubernetes {
			return false
		}
	}
	return side.preferredHost(preference{h.Name, c.Namespace, c.traits().gateway, c.plane, c.traits().heedsVisibility}) == h
}

// preference is what the host of a name that clients get depends on.
type preference struct {
	name, namespace string
	gateway         bool
	plane           *config.Plane
	heeds           bool
}

// preferredHost is hostFor, remembered where many hosts have the name: each is asked about
// by each class of clients.
func (side *Side) preferredHost(p preference) *Host {
	before := (*Host).before
	if p.gateway {
		before = (*Host).beforeAtGateway
	}
	sees := func(h *Host) bool { return h.seenFrom(p.plane, p.namespace, p.heeds) }
	if len(side.hostsByName[p.name]) < many {
		return side.hostFor(p.name, p.namespace, before, sees)
	}
	if known, ok := side.preferences.Load(p); ok {
		return known.(*Host)
	}
	best := side.hostFor(p.name, p.namespace, before, sees)
	side.preferences.Store(p, best)
	return best
}

// seenBy tells the hosts that a class of clients sees, seenFrom those that sidecars of a namespace do.
func seenBy(c *ClientClass) func(*Host) bool {
	return func(h *Host) bool { return h.visibleTo(c) }
}

func seenFrom(namespace string) func(*Host) bool {
	return func(h *Host) bool { return h.VisibleTo(namespace) }
}

// hostFor is what a host name means to clients of a namespace who see some hosts, nil for nothing.
func (side *Side) hostFor(name, namespace string, before func(h, o *Host, namespace string) bool, sees func(*Host) bool) *Host {
	var best *Host
	for _, h := range side.hostsByName[name] {
		if sees(h) && (best == nil || before(h, best, namespace)) {
			best = h
		}
	}
	return best
}

// before orders hosts of one name for sidecars of a namespace: their own
// namespace's, a Kubernetes Service, then as for gateways.
func (h *Host) before(o *Host, namespace string) bool {
	if own, other := h.Namespace == namespace, o.Namespace == namespace; own != other {
		return own
	}
	return h.beforeAtGateway(o, namespace)
}

// beforeAtGateway prefers a Kubernetes Service, then what is exported by name,
// not to everybody, then the oldest.
func (h *Host) beforeAtGateway(o *Host, _ string) bool {
	if h.Kubernetes != o.Kubernetes {
		return h.Kubernetes
	}
	if public, other := h.exports.Has("*"), o.exports.Has("*"); public != other {
		return other
	}
	return cmp.Or(h.created.Compare(o.created), cmp.Compare(h.Namespace, o.Namespace), cmp.Compare(h.Ref.Name, o.Ref.Name)) < 0
}

// Reached is the host of a name that pods of a namespace reach: Kubernetes' DNS knows
// Services whatever Istio exports. nil where there is none.
func (side *Side) Reached(name, namespace string) *Host {
	side.linkClients()
	list := side.hostsByName[name]
	if i := slices.IndexFunc(list, func(h *Host) bool { return h.Kubernetes }); i >= 0 {
		return list[i]
	}
	return side.hostFor(name, namespace, (*Host).before, seenFrom(namespace))
}

// HostsIn are those of a namespace, in the order of Hosts.
func (side *Side) HostsIn(namespace string) []*Host {
	side.linkClients()
	return side.hostsByNamespace[namespace]
}

// HostsNamed are the hosts of a name that calls are made to, in the order of Hosts.
func (side *Side) HostsNamed(name string) []*Host {
	side.linkClients()
	return slices.DeleteFunc(slices.Clone(side.hostsByName[name]), func(h *Host) bool { return h.Alias != "" })
}
