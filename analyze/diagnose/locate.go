package diagnose

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Locator finds the ends of incidents in a mesh.
type Locator struct {
	mesh      *mesh.Mesh
	workloads *evidence.Locator
	// addressed is true where the input has addresses of pods: then one that no pod has is a stranger's.
	addressed bool
	hosts     map[resolve.Peer]*outbound.Host
	names     map[string]*outbound.Host
}

// NewLocator indexes a mesh.
func NewLocator(m *mesh.Mesh) *Locator {
	l := &Locator{mesh: m, workloads: evidence.NewLocator(m), hosts: map[resolve.Peer]*outbound.Host{}, names: map[string]*outbound.Host{}}
	l.addressed = slices.ContainsFunc(m.Workloads(), func(w *inbound.Workload) bool { return len(w.Addresses) > 0 })
	for _, h := range m.Hosts() {
		if h.Alias != "" {
			continue
		}
		if l.hosts[h.Peer()] == nil {
			l.hosts[h.Peer()] = h
		}
		if l.names[h.Name] == nil {
			l.names[h.Name] = h
		}
	}
	return l
}

// Locate is what of the mesh an incident is about; stranger names a caller that is no workload of
// it, "" for none.
func (l *Locator) Locate(i *evidence.Incident) (a Ask, stranger string) {
	if w := l.workload(i.Client, i); w != nil {
		a.Clients = []*inbound.Workload{w}
	} else if l.addressed && i.Client.Address != "" && i.Client.Pod == "" && !within(i.Client.Address) {
		stranger = i.Client.Address
	}
	a.Host, a.Subset = l.host(i.Service), i.Subset
	if a.Host != nil {
		a.Port = portOfHost(a.Host, i)
	}
	server := l.workload(i.Server, i)
	switch {
	case server != nil && i.Port != 0 && i.Port != resolve.HBONEPort:
		a.Server, a.ServerPort = server, i.Port
		switch {
		case a.Host != nil:
		case !i.ByAddress:
			a.Host, a.Port = l.before(server, i.Port, func(*outbound.Host, *outbound.HostPort) bool { return true })
		case i.Text == "": // nobody shows that it was passed through
			if a.Host, a.Port = l.before(server, i.Port, knowsPods); a.Host != nil {
				i.ByAddress = false
			}
		}
	case server == nil && a.Host == nil:
		a.Host, a.Port = l.clusterIP(i.Server.Address, i.Port)
	}
	none := resolve.Peer{}
	a.Lost = a.Host == nil && a.Server == nil && (i.Service != none || l.addressed && i.Server != none)
	return a, stranger
}

// portOfHost is the port of a host that an incident is about: by its own number, else the only one that
// leads to the server's.
func portOfHost(h *outbound.Host, i *evidence.Incident) *outbound.HostPort {
	if p := h.Port(i.ServicePort); p != nil || i.ServicePort != 0 {
		return p
	}
	var found *outbound.HostPort
	for n := range h.Ports {
		p := &h.Ports[n]
		if len(h.Ports) == 1 || slices.ContainsFunc(p.Endpoints, func(e outbound.Endpoint) bool { return e.Port == i.Port }) {
			if found != nil {
				return nil
			}
			found = p
		}
	}
	return found
}

// within reports an address that never leaves a pod or a node.
func within(address string) bool {
	a, err := netip.ParseAddr(address)
	return err != nil || a.IsLoopback() || a.IsUnspecified()
}

func (l *Locator) host(p resolve.Peer) *outbound.Host {
	switch {
	case p == (resolve.Peer{}):
		return nil
	case p.Namespace != "":
		return l.hosts[resolve.Peer{Namespace: p.Namespace, Name: p.Name}]
	}
	return l.names[p.Name]
}

// workload is who an end must be: by what the log says, else the only workload whose pods are named
// like this.
func (l *Locator) workload(p resolve.Peer, i *evidence.Incident) *inbound.Workload {
	if w := l.workloads.Workload(p, i.At); w != nil || p.Pod == "" {
		return w
	}
	var found *inbound.Workload
	for _, w := range l.mesh.Workloads() {
		if (p.Namespace == "" || p.Namespace == w.Ref.Namespace) && podOf(p.Pod, w) {
			if found != nil && found.Ref != w.Ref {
				return nil
			}
			found = w
		}
	}
	return found
}

// podOf reports a name that a pod of a workload would get: its own name, and one part (StatefulSet,
// DaemonSet, Job) or two (Deployment) after it.
func podOf(pod string, w *inbound.Workload) bool {
	rest, found := strings.CutPrefix(pod, w.Ref.Name)
	if !found || rest == "" {
		return found
	}
	parts := strings.Count(rest, "-")
	if rest[0] != '-' {
		return false
	}
	switch w.Ref.Kind {
	case resolve.KindDeployment, resolve.KindCronJob:
		return parts == 2
	}
	return parts == 1
}

// knowsPods reports a port of a headless Service of which sidecars know the addresses of the pods: one
// that is not told apart by HTTP's Host.
func knowsPods(h *outbound.Host, p *outbound.HostPort) bool {
	return h.Passthrough && h.Kubernetes && p.Protocol.Class() == resolve.ClassTCP
}

// before is the only host of some that leads to a port of a workload.
func (l *Locator) before(w *inbound.Workload, port int32, of func(*outbound.Host, *outbound.HostPort) bool) (host *outbound.Host, at *outbound.HostPort) {
	for _, h := range l.mesh.Hosts() {
		for i := range h.Ports {
			p := &h.Ports[i]
			for j := range p.Endpoints {
				if e := &p.Endpoints[j]; e.Workload != nil && e.Workload.Ref == w.Ref && e.Port == port && at != p && of(h, p) {
					if host != nil {
						return nil, nil
					}
					host, at = h, p
				}
			}
		}
	}
	return host, at
}

// clusterIP is the host that has an address of its own.
func (l *Locator) clusterIP(address string, port int32) (*outbound.Host, *outbound.HostPort) {
	if address == "" {
		return nil, nil
	}
	hosts := l.mesh.Address(address).Hosts
	if len(hosts) != 1 {
		return nil, nil
	}
	return hosts[0], hosts[0].Port(port)
}

// Over is the incident with what the command line names in place of what the line tells.
func (a Ask) Over(o Ask) Ask {
	if len(a.Clients) == 0 {
		a.Clients = o.Clients
	}
	if a.Host == nil && a.Server == nil {
		a.Host, a.Port, a.Subset, a.Server, a.ServerPort, a.Lost = o.Host, o.Port, o.Subset, o.Server, o.ServerPort, o.Lost
	}
	return a
}
