package outbound

import (
	"slices"
)

// JoinSides is the clients' side of the meshes of several clusters: Services of one name and
// namespace are one, where the clusters share a trust domain or name each other's among their
// aliases. Each part goes on answering for its own clients, with the hosts of all.
func JoinSides(in Inputs, parts []*Side) *Side {
	m := &Side{In: in, link: func(m *Side) { m.joinClients(parts) }}
	for _, p := range parts {
		p.link = func(*Side) { m.linkClients() }
	}
	return m
}

// joinClients links the client sides of all parts: hosts first, then what is shared
// among them, then who knows what.
func (side *Side) joinClients(parts []*Side) {
	for _, p := range parts {
		p.leading = map[string]bool{}
		p.hosts = p.hostsOf(p.In.Objects)
	}
	for _, together := range trusting(parts) {
		shareServices(together)
	}
	known := map[*Host]bool{}
	for _, p := range parts {
		p.linkHosts(p.In.Objects)
		side.rules, side.clients = append(side.rules, p.rules...), append(side.clients, p.clients...)
		for _, h := range p.hosts {
			if !known[h] {
				known[h] = true
				side.hosts = append(side.hosts, h)
			}
		}
	}
	slices.SortStableFunc(side.hosts, (*Host).Compare)
	side.indexHosts()
	side.indexRules()
}

// trusting groups clusters whose trust domains are one or know each other: others are meshes
// of their own.
func trusting(parts []*Side) [][]*Side {
	var groups [][]*Side
	for _, p := range parts {
		own := p.In.Control.First.Trust()
		group := []*Side{p}
		groups = slices.DeleteFunc(groups, func(g []*Side) bool {
			known := slices.ContainsFunc(g, func(o *Side) bool {
				other := o.In.Control.First.Trust()
				return own.Expects(other.Domain()) || other.Expects(own.Domain())
			})
			if known {
				group = append(slices.Clone(g), group...)
			}
			return known
		})
		groups = append(groups, group)
	}
	return groups
}

// shareServices makes one host of the Services of one name and namespace, and lets
// every cluster know those of the others.
func shareServices(parts []*Side) {
	type key struct{ namespace, name string }
	shared := map[key]*Host{}
	var order []key
	for _, p := range parts {
		for _, h := range p.hosts {
			if !h.Kubernetes || h.Alias != "" {
				continue
			}
			k := key{h.Namespace, h.Name}
			if shared[k] == nil {
				shared[k], order = h, append(order, k)
				continue
			}
			shared[k].absorb(h)
		}
	}
	for _, p := range parts {
		own := map[key]bool{}
		for i, h := range p.hosts {
			if k := (key{h.Namespace, h.Name}); h.Kubernetes && h.Alias == "" {
				p.hosts[i], own[k] = shared[k], true
			}
		}
		for _, k := range order {
			if !own[k] {
				p.hosts = append(p.hosts, shared[k])
			}
		}
		slices.SortStableFunc(p.hosts, (*Host).Compare)
	}
}

// absorb adds the endpoints of the same Service in another cluster.
func (h *Host) absorb(o *Host) {
	h.Addresses = append(slices.Clone(h.Addresses), o.Addresses...)
	for _, p := range o.Ports {
		own := h.Port(p.Number)
		if own == nil {
			h.Ports = append(h.Ports, p)
			continue
		}
		own.ambient = own.ambient || p.ambient
		own.Endpoints = append(slices.Clone(own.Endpoints), p.Endpoints...)
	}
}
