package mesh

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// preferred reports whether h is the one that clients without a Sidecar resource
// get for its name.
func (m *Side) preferred(h *Host, c *ClientClass) bool {
	if len(m.hostsByName[h.Name]) < 2 {
		return true
	}
	for r := range c.scope.routed {
		if r.name == h.Name && r.kubernetes && !h.Kubernetes {
			return false
		}
	}
	return m.preferredHost(preference{h.Name, c.Namespace, c.Dataplane == resolve.DataplaneGateway}) == h
}

// preference is what the host of a name that clients get depends on.
type preference struct {
	name, namespace string
	gateway         bool
}

// preferredHost is hostFor, remembered where many hosts have the name: each is asked about
// by each class of clients.
func (m *Side) preferredHost(p preference) *Host {
	before := (*Host).before
	if p.gateway {
		before = (*Host).beforeAtGateway
	}
	if len(m.hostsByName[p.name]) < many {
		return m.hostFor(p.name, p.namespace, before)
	}
	if known, ok := m.preferences.Load(p); ok {
		return known.(*Host)
	}
	best := m.hostFor(p.name, p.namespace, before)
	m.preferences.Store(p, best)
	return best
}

// hostFor is what a host name means to clients of a namespace, nil for nothing.
func (m *Side) hostFor(name, namespace string, before func(h, o *Host, namespace string) bool) *Host {
	var best *Host
	for _, h := range m.hostsByName[name] {
		if h.VisibleTo(namespace) && (best == nil || before(h, best, namespace)) {
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
func (m *Side) Reached(name, namespace string) *Host {
	m.linkClients()
	list := m.hostsByName[name]
	if i := slices.IndexFunc(list, func(h *Host) bool { return h.Kubernetes }); i >= 0 {
		return list[i]
	}
	return m.hostFor(name, namespace, (*Host).before)
}
