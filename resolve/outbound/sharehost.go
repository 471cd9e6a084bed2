package outbound

import "slices"

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
	byName := map[string][]Endpoint{}
	for _, h := range same {
		for i := range h.Ports {
			name := h.Ports[i].Name
			for _, e := range h.Ports[i].Endpoints {
				if !slices.ContainsFunc(byName[name], e.isAt) {
					byName[name] = append(byName[name], e)
				}
			}
		}
	}
	for _, h := range same {
		for i := range h.Ports {
			h.Ports[i].Endpoints = byName[h.Ports[i].Name]
		}
	}
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
