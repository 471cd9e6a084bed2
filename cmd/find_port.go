package cmd

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// checkPort refuses a port that nothing of the target has.
func (r reach) checkPort(m *resolve.Mesh) error {
	switch {
	case r.port == "":
		return nil
	case len(r.hosts) > 0:
		return r.checkHostPort(m)
	case len(r.servers) > 0:
		return r.checkServerPort(m)
	}
	return nil
}

func (r reach) checkHostPort(m *resolve.Mesh) error {
	var there, hints []string
	for h := range r.hosts {
		if slices.ContainsFunc(h.Ports, func(p resolve.HostPort) bool { return r.isPort(&p) }) {
			return nil
		}
		if r.isUDP(m, h) {
			return usage("", "--to %s: port %s is UDP, which Istio does not handle: it passes every proxy by", r.raw, r.port)
		}
		there = append(there, portsText(h))
		hints = append(hints, r.targetHints(h)...)
	}
	slices.Sort(there)
	slices.Sort(hints)
	failed := &failure{code: exitUsage, message: "--to " + r.raw + ": no port " + r.port}
	failed.hints = append(unique(hints), "its ports: "+strings.Join(unique(there), "; "))
	return failed
}

// targetHints are for a number that is the workload's port, not the service's.
func (r reach) targetHints(h *resolve.Host) []string {
	var hints []string
	for _, p := range h.Ports {
		if slices.ContainsFunc(p.Endpoints, func(e resolve.Endpoint) bool { return strconv.Itoa(int(e.Port)) == r.port }) {
			hints = append(hints, r.port+" is the workload's port; the service's is "+strconv.Itoa(int(p.Number)))
		}
	}
	return hints
}

func (r reach) isUDP(m *resolve.Mesh, h *resolve.Host) bool {
	for _, s := range m.Services() {
		if s.Ref == h.Ref {
			return slices.ContainsFunc(s.Ports, func(p resolve.ServicePortSpec) bool {
				return p.UDP && (p.Name == r.port || strconv.Itoa(int(p.Port)) == r.port)
			})
		}
	}
	return false
}

// checkServerPort is about a workload's own port: the one on which it listens.
func (r reach) checkServerPort(m *resolve.Mesh) error {
	var there, hints []string
	for w := range r.servers {
		for i := range w.Ports {
			p := &w.Ports[i]
			if r.isServerPort(p.Number, p.Name) && p.Protocol != resolve.ProtocolUDP {
				return r.ledTo(m, w, p.Number)
			}
			there = append(there, portText(p.Number, p.Name))
			for _, s := range p.Services {
				if strconv.Itoa(int(s.Port)) == r.port {
					hints = append(hints, r.port+" is the port of Service "+s.Name+"; the workload's is "+strconv.Itoa(int(p.Number)))
				}
			}
		}
	}
	slices.Sort(there)
	slices.Sort(hints)
	failed := &failure{code: exitUsage, message: "--to " + r.raw + ": no port " + r.port}
	failed.hints = append(unique(hints), "the workload's ports: "+some(unique(there), 8))
	return failed
}

func (r reach) isServerPort(number int32, name string) bool {
	return r.port == "" || r.port == strconv.Itoa(int(number)) || name != "" && r.port == name
}

// leadsTo reports whether an endpoint is one of the servers, at the port that was
// named.
func (r reach) leadsTo(e *resolve.Endpoint) bool {
	if e == nil || e.Workload == nil || !r.servers[e.Workload] {
		return false
	}
	name := ""
	for _, p := range e.Workload.Ports {
		if p.Number == e.Port {
			name = p.Name
		}
	}
	return r.isServerPort(e.Port, name)
}

// ledTo refuses a port that no host leads to: nobody calls it by a name.
func (r reach) ledTo(m *resolve.Mesh, w *resolve.Workload, port int32) error {
	for _, h := range m.Hosts() {
		for i := range h.Ports {
			if slices.ContainsFunc(h.Ports[i].Endpoints, func(e resolve.Endpoint) bool { return e.Workload == w && e.Port == port }) {
				return nil
			}
		}
	}
	return usage("calls to the pods' addresses are passed through as they are (3.1.3)", "--to %s: no Service leads to port %d of %s", r.raw, port, w.Short())
}
