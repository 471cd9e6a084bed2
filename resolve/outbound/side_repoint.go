package outbound

import (
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// repoint takes the hosts and classes of the mesh before over, where only the decisions of
// workloads changed: they lead to these now.
func (side *Side) repoint(m *Side, t *Touched) {
	moved := map[*inbound.Workload]*inbound.Workload{}
	for ns := range t.Spaces {
		if was, is := m.In.Spaces[ns], side.In.Spaces[ns]; was != nil {
			for i, w := range was.Workloads {
				if is.Workloads[i] != w {
					moved[w] = is.Workloads[i]
				}
			}
		}
	}
	hosts, namespaces := map[*Host]*Host{}, maps.Clone(m.leading)
	maps.Copy(namespaces, t.Hosts)
	for ns := range namespaces {
		for _, h := range m.hostsByNamespace[ns] {
			if next := side.repointed(h, moved); next != h {
				hosts[h] = next
			}
		}
	}
	side.replaceHosts(m, hosts)
	side.clients = slices.Clone(m.clients)
	for i, class := range side.clients {
		if t.Spaces[class.Namespace] && slices.ContainsFunc(class.Workloads, func(w *inbound.Workload) bool { return moved[w] != nil }) {
			next := *class
			next.Workloads = slices.Clone(class.Workloads)
			for j, w := range next.Workloads {
				if is := moved[w]; is != nil {
					next.Workloads[j] = is
				}
			}
			side.clients[i] = &next
		}
	}
}

// repointed is a host with what is behind it now, the host itself where nothing moved.
func (side *Side) repointed(h *Host, moved map[*inbound.Workload]*inbound.Workload) *Host {
	var next *Host
	for i := range h.Ports {
		endpoints, changed := side.movedOf(h, h.Ports[i].Endpoints, moved)
		written, too := side.movedOf(h, h.Ports[i].written, moved)
		alone, also := side.movedOf(h, h.Ports[i].alone, moved)
		if !changed && !too && !also {
			continue
		}
		if next == nil {
			copied := *h
			next = &copied
			next.Ports = slices.Clone(h.Ports)
		}
		next.Ports[i].Endpoints, next.Ports[i].written, next.Ports[i].alone = endpoints, written, alone
	}
	if next == nil {
		return h
	}
	return next
}

// movedOf are endpoints as they are now, the list itself where none moved.
func (side *Side) movedOf(h *Host, list []Endpoint, moved map[*inbound.Workload]*inbound.Workload) (out []Endpoint, changed bool) {
	out = list
	for i := range list {
		is, differs := side.moved(h, list[i], moved)
		if !differs {
			continue
		}
		if !changed {
			out, changed = slices.Clone(list), true
		}
		out[i] = is
	}
	return out, changed
}

// moved is an endpoint as it is now: its workload decided anew, or what policies make of an
// address.
func (side *Side) moved(h *Host, e Endpoint, moved map[*inbound.Workload]*inbound.Workload) (is Endpoint, changed bool) {
	if w := moved[e.Workload]; e.Workload != nil && w != nil {
		e.Workload, changed = w, true
	}
	if e.Policy == resolve.Unset {
		return e, changed
	}
	in := side.In.Policies.Chain(h.Namespace, resolve.DefaultRevision, e.Labels)
	was := e.Policy
	e.Policy = in.ModeOf(e.Port)
	return e, changed || e.Policy != was
}

// replaceHosts puts hosts in the place of others of the same name.
func (side *Side) replaceHosts(m *Side, by map[*Host]*Host) {
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
	side.hosts, side.hostsByName, side.hostsByNamespace = replaced(m.hosts), maps.Clone(m.hostsByName), maps.Clone(m.hostsByNamespace)
	names, namespaces := map[string]bool{}, map[string]bool{}
	for h := range by {
		names[h.Name], namespaces[h.Namespace] = true, true
	}
	for name := range names {
		side.hostsByName[name] = replaced(m.hostsByName[name])
	}
	for ns := range namespaces {
		side.hostsByNamespace[ns] = replaced(m.hostsByNamespace[ns])
	}
}
