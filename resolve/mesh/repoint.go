package mesh

import (
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// repoint takes the hosts and classes of the mesh before over, where only the decisions of
// workloads changed: they lead to these now.
func (n *Side) repoint(m *Side, t *Touched) {
	moved := map[*inbound.Workload]*inbound.Workload{}
	for ns := range t.spaces {
		if was, is := m.In.Spaces[ns], n.In.Spaces[ns]; was != nil {
			for i, w := range was.Workloads {
				if is.Workloads[i] != w {
					moved[w] = is.Workloads[i]
				}
			}
		}
	}
	hosts := map[*Host]*Host{}
	for ns := range t.hosts {
		for _, h := range m.hostsByNamespace[ns] {
			if next := n.repointed(h, moved); next != h {
				hosts[h] = next
			}
		}
	}
	n.replaceHosts(m, hosts)
	n.clients = slices.Clone(m.clients)
	for i, class := range n.clients {
		if t.spaces[class.Namespace] && slices.ContainsFunc(class.Workloads, func(w *inbound.Workload) bool { return moved[w] != nil }) {
			next := *class
			next.Workloads = slices.Clone(class.Workloads)
			for j, w := range next.Workloads {
				if is := moved[w]; is != nil {
					next.Workloads[j] = is
				}
			}
			n.clients[i] = &next
		}
	}
}

// repointed is a host with what is behind it now, the host itself where nothing moved.
func (n *Side) repointed(h *Host, moved map[*inbound.Workload]*inbound.Workload) *Host {
	var next *Host
	for i := range h.Ports {
		endpoints := h.Ports[i].Endpoints
		for j := range endpoints {
			is, changed := n.moved(h, endpoints[j], moved)
			if !changed {
				continue
			}
			if next == nil {
				copied := *h
				next = &copied
				next.Ports = slices.Clone(h.Ports)
			}
			if at := next.Ports[i].Endpoints; &at[0] == &endpoints[0] {
				next.Ports[i].Endpoints = slices.Clone(endpoints)
			}
			next.Ports[i].Endpoints[j] = is
		}
	}
	if next == nil {
		return h
	}
	return next
}

// moved is an endpoint as it is now: its workload decided anew, or what policies make of an
// address.
func (n *Side) moved(h *Host, e Endpoint, moved map[*inbound.Workload]*inbound.Workload) (is Endpoint, changed bool) {
	if e.Workload != nil {
		w := moved[e.Workload]
		if w == nil {
			return e, false
		}
		e.Workload = w
		return e, true
	}
	if e.policy == resolve.Unset {
		return e, false
	}
	in := n.In.Policies.Chain(h.Namespace, resolve.DefaultRevision, e.Labels)
	policy := in.ModeOf(e.Port)
	changed = policy != e.policy
	e.policy = policy
	return e, changed
}

// replaceHosts puts hosts in the place of others of the same name.
func (n *Side) replaceHosts(m *Side, by map[*Host]*Host) {
	if len(by) == 0 {
		return
	}
	replaced := func(list []*Host) []*Host {
		out := slices.Clone(list)
		for i, h := range out {
			if next := by[h]; next != nil {
				out[i] = next
			}
		}
		return out
	}
	n.hosts, n.hostsByName, n.hostsByNamespace = replaced(m.hosts), maps.Clone(m.hostsByName), maps.Clone(m.hostsByNamespace)
	names, namespaces := map[string]bool{}, map[string]bool{}
	for h := range by {
		names[h.Name], namespaces[h.Namespace] = true, true
	}
	for name := range names {
		n.hostsByName[name] = replaced(m.hostsByName[name])
	}
	for ns := range namespaces {
		n.hostsByNamespace[ns] = replaced(m.hostsByNamespace[ns])
	}
}
