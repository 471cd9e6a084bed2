package outbound

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// JoinSides is the clients' side of the meshes of several clusters: Services of one name and
// namespace are one, where the clusters share a trust domain. Each part goes on answering for
// its own clients, with the hosts of all.
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
	domains := map[string][]*Side{}
	for _, p := range parts {
		domain := cmp.Or(p.In.Config.GetTrustDomain(), resolve.ClusterDomain)
		domains[domain] = append(domains[domain], p)
	}
	for _, together := range domains {
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
		own.Endpoints = append(slices.Clone(own.Endpoints), p.Endpoints...)
	}
}
