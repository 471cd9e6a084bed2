package outbound

import (
	"cmp"
	"maps"
	"slices"
)

// shareEndpoints gives hosts of one name and namespace each other's endpoints:
// istiod keeps endpoints by host, namespace and the port's name, whichever
// ServiceEntry or Service they were written in (3.4.6).
func shareEndpoints(hosts []*Host) {
	for first := 0; first < len(hosts); {
		end := first + 1
		for end < len(hosts) && hosts[end].Name == hosts[first].Name && hosts[end].Namespace == hosts[first].Namespace {
			end++
		}
		if end-first > 1 {
			share(hosts[first:end])
			mergePorts(hosts[first:end])
		}
		first = end
	}
}

func share(same []*Host) {
	byName, ofEntries, ofService := map[string][]Endpoint{}, map[int32][]Endpoint{}, map[string][]Endpoint{}
	best := same[0]
	for _, h := range same {
		if h.beforeAtZtunnel(best, h.Namespace) < 0 {
			best = h
		}
	}
	for _, h := range same {
		for i := range h.Ports {
			name, number := h.Ports[i].Name, h.Ports[i].Number
			for _, e := range h.Ports[i].Endpoints {
				e.entryTunnel = e.entryTunnel && h == best // of the others istiod's ambient index keeps none
				byName[name] = with(byName[name], e)
				if h.Kubernetes {
					ofService[name] = with(ofService[name], e)
				} else {
					ofEntries[number] = written(ofEntries[number], e)
				}
			}
		}
	}
	ambient := slices.ContainsFunc(same, func(h *Host) bool { return slices.ContainsFunc(h.Ports, func(p HostPort) bool { return p.ambient }) })
	anew := writtenOf(same, ofEntries, ofService)
	for _, h := range same {
		for i := range h.Ports {
			p := &h.Ports[i]
			p.ambient = ambient
			if !p.shared { // a headless Service has its own already
				p.alone, p.shared = p.Endpoints, true
			}
			p.Endpoints, p.written = byName[p.Name], anew[p.Number]
			if h.resolved {
				p.Endpoints = p.written
			}
		}
	}
}

// with is a list with an endpoint that it may have already.
func with(list []Endpoint, e Endpoint) []Endpoint {
	if slices.ContainsFunc(list, e.isAt) {
		return list
	}
	return append(list, e)
}

// written is a list with an endpoint of an entry: istiod writes an address as often as entries say
// something different of it.
func written(list []Endpoint, e Endpoint) []Endpoint {
	same := func(o Endpoint) bool {
		return e.isAt(o) && e.Label == o.Label && e.Known == o.Known && e.Policy == o.Policy && e.network == o.network && maps.Equal(e.Labels, o.Labels)
	}
	if slices.ContainsFunc(list, same) {
		return list
	}
	return append(list, e)
}

// writtenOf are the endpoints, by port, that istiod writes into the clusters of hosts which
// are resolved by DNS, and by which it decides what clients that keep an address send to all
// (3.4.3). It finds those of entries by the port's number and those of Services by its name,
// anew for each Service and entry of the host: the youngest that has the number counts.
func writtenOf(same []*Host, ofEntries map[int32][]Endpoint, ofService map[string][]Endpoint) map[int32][]Endpoint {
	byAge := slices.Clone(same)
	slices.SortStableFunc(byAge, func(a, b *Host) int {
		return cmp.Or(a.created.Compare(b.created), cmp.Compare(a.registered(), b.registered()))
	})
	type port struct {
		number int32
		name   string
	}
	out, done := map[int32][]Endpoint{}, map[port][]Endpoint{}
	for _, h := range byAge {
		for _, p := range h.Ports {
			key := port{p.Number, p.Name}
			list, known := done[key]
			if !known {
				list = slices.Clone(ofEntries[p.Number])
				for _, e := range ofService[p.Name] {
					list = with(list, e)
				}
				done[key] = list
			}
			if len(list) > 0 {
				out[p.Number] = list
			}
		}
	}
	return out
}

// registered is the name of a host in istiod's registry.
func (h *Host) registered() string {
	if h.Kubernetes {
		return h.Ref.Name
	}
	return h.Name
}

// isAt reports whether two endpoints are the same place.
func (e *Endpoint) isAt(o Endpoint) bool {
	return e.Workload == o.Workload && e.Address == o.Address && e.Port == o.Port
}

// mergePorts gives the oldest of several ServiceEntries with one host in one
// namespace the ports that only the younger ones have: istiod makes one service of
// entries that agree on everything else.
func mergePorts(same []*Host) {
	oldest := slices.MinFunc(same, func(a, b *Host) int {
		if a == b {
			return 0
		}
		if a.beforeAtGateway(b, "") {
			return -1
		}
		return 1
	})
	for _, h := range same {
		if h == oldest || !oldest.merges(h) {
			continue
		}
		for _, p := range h.Ports {
			if oldest.Port(p.Number) == nil {
				oldest.Ports, oldest.merged = append(oldest.Ports, p), oldest.merged+1
			}
		}
	}
}

// owns reports a port that the host's own entry lists.
func (h *Host) owns(port int32) bool {
	return slices.ContainsFunc(h.Ports[:len(h.Ports)-h.merged], func(p HostPort) bool { return p.Number == port })
}

// merges reports whether istiod makes one service of two hosts of one name and
// namespace: those of ServiceEntries with the same resolution, labels, selector
// and exportTo.
func (h *Host) merges(o *Host) bool {
	return !h.Kubernetes && !o.Kubernetes && h.kindred == o.kindred && slices.Equal(h.exports, o.exports)
}
