package outbound

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve/config"
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
	controls := make([]*config.Control, len(parts))
	for i, p := range parts {
		controls[i] = p.In.Control
	}
	for _, group := range config.Trusting(controls) {
		clusters := make([]*Side, len(group))
		for i, n := range group {
			clusters[i] = parts[n]
		}
		joinHosts(clusters)
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
