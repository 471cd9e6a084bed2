package resolve

import (
	"fmt"
	"iter"
	"slices"
)

// Shared yields every connection once for all the classes of clients that share
// it, host by host: most clients of a mesh send the same, so that this is what
// stays linear where a table of all pairs would not. Hosts that a client's scope
// hides are left out. Clients without a proxy are not asked.
func (m *Mesh) Shared(f Filter) iter.Seq2[[]*ClientClass, Connection] {
	m.linkClients()
	return func(yield func([]*ClientClass, Connection) bool) {
		var classes []*ClientClass
		for _, c := range m.clients {
			if c.Proxied() && (f.Client == nil || f.Client(c)) {
				classes = append(classes, c)
			}
		}
		for _, h := range m.hosts {
			if h.Alias != "" || f.Host != nil && !f.Host(h) {
				continue
			}
			for _, g := range m.sharers(h, classes) {
				together := func(c Connection) bool { return yield(g, c) }
				if !m.calls(g[0], h, false, together) {
					return
				}
			}
		}
	}
}

// sharing is everything about a class that what it sends to one host depends on.
type sharing struct {
	rule      *mergedRule
	dataplane Dataplane
	revision  string
	bypass    outbound
	ports     string // those that a Sidecar resource leaves, "" for all
}

// sharers groups the classes that know a host by what they send to it, in the
// order of their first member.
func (m *Mesh) sharers(h *Host, classes []*ClientClass) [][]*ClientClass {
	index := map[sharing]int{}
	var groups [][]*ClientClass
	for _, c := range classes {
		key, known := m.sharingOf(c, h)
		if !known {
			continue
		}
		i, seen := index[key]
		if !seen {
			i = len(groups)
			index[key] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], c)
	}
	return groups
}

func (m *Mesh) sharingOf(c *ClientClass, h *Host) (key sharing, known bool) {
	if !h.VisibleTo(c.Namespace) || !m.preferred(h, c.Namespace) {
		return key, false
	}
	key = sharing{m.ruleFor(c, h), c.Dataplane, c.Revision, c.bypass, ""}
	if c.scope.listed != nil {
		ports, listed := c.scope.listed[h]
		if !listed {
			return key, false
		}
		if ports != nil {
			numbers := make([]int32, 0, len(ports))
			for n := range ports {
				numbers = append(numbers, n)
			}
			slices.Sort(numbers)
			key.ports = fmt.Sprint(numbers)
		}
	}
	return key, true
}
