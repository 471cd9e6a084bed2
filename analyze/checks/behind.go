package checks

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// backend is a workload's port that a Service's port leads to.
type backend struct {
	workload *inbound.Workload
	port     *inbound.Port
}

// backends are those of all ports of Services.
type backends map[inbound.ServicePort][]backend

func newBackends(p *analyze.Pass) backends {
	p.Workloads()
	return analyze.Shared(p, "backends", func(m *mesh.Mesh) backends {
		all := backends{}
		for _, w := range m.Workloads() {
			for i := range w.Ports {
				for _, s := range w.Ports[i].Services {
					s.PortName = ""
					all[s] = append(all[s], backend{w, &w.Ports[i]})
				}
			}
		}
		return all
	})
}

// of are the backends of one port of a Service.
func (b backends) of(namespace, name string, port int32) []backend {
	return b[inbound.ServicePort{Namespace: namespace, Name: name, Port: port}]
}

// mode is what the port serves, with a sidecar where nobody can tell whether there is
// one; known is false then.
func (b backend) mode() (mode resolve.Mode, known bool) {
	if d := b.port.Decision; d.Mode == resolve.Unknown && b.workload.Membership.Dataplane == resolve.DataplaneUnknown {
		return d.IfMeshed, false
	}
	return b.port.Decision.Mode, true
}
