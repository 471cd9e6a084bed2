package cmd

import (
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// derive argues the call when --from and --to name exactly one; nil otherwise.
func (e *ends) derive(m *resolve.Mesh) (*resolve.Trace, error) {
	if len(e.clients) == 0 || len(e.targets) != 1 || slices.ContainsFunc(e.clients, func(w *resolve.Workload) bool { return w.Ref != e.clients[0].Ref }) {
		return nil, nil
	}
	t := e.targets[0]
	host, port := t.onePort(m)
	if port == nil {
		return nil, nil
	}
	if err := t.checkSubset(m, e.clients[0], host); err != nil {
		return nil, err
	}
	return m.Trace(e.clients[0], host, port, t.subset), nil
}

// onePort is the only port that a target names, nil when there are more: of a host,
// or of all hosts that lead to the servers.
func (r reach) onePort(m *resolve.Mesh) (*resolve.Host, *resolve.HostPort) {
	if len(r.servers) > 0 {
		return r.onePortBefore(m)
	}
	if len(r.hosts) != 1 {
		return nil, nil
	}
	for h := range r.hosts {
		for i := range h.Ports {
			if r.isPort(&h.Ports[i]) || r.port == "" && len(h.Ports) == 1 {
				return h, &h.Ports[i]
			}
		}
	}
	return nil, nil
}

func (r reach) onePortBefore(m *resolve.Mesh) (host *resolve.Host, port *resolve.HostPort) {
	for _, h := range m.Hosts() {
		for i := range h.Ports {
			p := &h.Ports[i]
			if !r.behind[h] || !slices.ContainsFunc(p.Endpoints, func(e resolve.Endpoint) bool { return r.leadsTo(&e) }) {
				continue
			}
			if port != nil {
				return nil, nil
			}
			host, port = h, p
		}
	}
	return host, port
}

// checkSubset refuses a subset that the client's rule does not define.
func (r reach) checkSubset(m *resolve.Mesh, w *resolve.Workload, h *resolve.Host) error {
	if r.subset == "" {
		return nil
	}
	var there []string
	for c := range m.CallsOf(w, h) {
		if c.Subset == r.subset {
			return nil
		}
		if c.Subset != "" {
			there = append(there, c.Subset)
		}
	}
	hint := "no DestinationRule that counts for this client defines subsets of " + h.Name
	if len(there) > 0 {
		hint = "subsets: " + strings.Join(unique(there), ", ")
	}
	return usage(hint, "--to %s: no subset %s", r.raw, r.subset)
}
