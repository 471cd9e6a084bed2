package evidence

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// named is a copy of what was seen, with the names that the mesh gives: metrics have
// them, so that nothing changes.
func (b *addressBook) named(t *Traffic, m *mesh.Mesh) *Traffic {
	hosts := map[string]resolve.Peer{}
	if m != nil && (slices.ContainsFunc(t.Edges, func(e Edge) bool { return hostOnly(e.Service) }) ||
		slices.ContainsFunc(t.Failures, func(f Failure) bool { return hostOnly(f.Service) })) {
		hosts = hostPeers(m)
	}
	known := &Traffic{Edges: slices.Clone(t.Edges), Failures: slices.Clone(t.Failures)}
	for i := range known.Edges {
		e := &known.Edges[i]
		e.Client, e.Server, e.Service = b.name(e.Client, e.LastSeen), b.name(e.Server, e.LastSeen), hostNamed(e.Service, hosts)
	}
	for i := range known.Failures {
		f := &known.Failures[i]
		f.Client, f.Server, f.Service = b.name(f.Client, f.LastSeen), b.name(f.Server, f.LastSeen), hostNamed(f.Service, hosts)
		if services := b.services(f.Server, f.Port); f.Service == (resolve.Peer{}) && f.Port != 0 && len(services) == 1 {
			f.Service, f.ServicePort = services[0].Peer(), services[0].Port
		}
	}
	known.Normalize()
	return known
}

// hostOnly reports a service that is known by its host alone, as one that is no
// Kubernetes Service is in a log.
func hostOnly(p resolve.Peer) bool { return p.Name != "" && p.Namespace == "" }

// hostPeers are the hosts' peers by name, where a name is that of one host.
func hostPeers(m *mesh.Mesh) map[string]resolve.Peer {
	peers := map[string]resolve.Peer{}
	for _, h := range m.Hosts() {
		if other, taken := peers[h.Name]; taken && other != h.Peer() {
			peers[h.Name] = resolve.Peer{Name: h.Name}
			continue
		}
		peers[h.Name] = h.Peer()
	}
	return peers
}

func hostNamed(service resolve.Peer, hosts map[string]resolve.Peer) resolve.Peer {
	if known, ok := hosts[service.Name]; ok && hostOnly(service) {
		return known
	}
	return service
}

// called are the services, and their ports, that a call was to: what it named, else those
// that lead to the port on which it arrived. A call to an address by which no service is
// reached has none. Port is 0 where it is not known.
func (b *addressBook) called(e Edge) []inbound.ServicePort {
	named := []inbound.ServicePort{{Namespace: e.Service.Namespace, Name: e.Service.Name, Port: e.ServicePort}}
	if e.Port == 0 || e.ServicePort != 0 {
		return named
	}
	list := b.services(e.Server, e.Port)
	if e.Service == (resolve.Peer{}) {
		return list
	}
	list = slices.DeleteFunc(list, func(s inbound.ServicePort) bool { return s.Peer() != e.Service })
	if len(list) == 0 {
		return named
	}
	return list
}

// failedAt are the services that a call was to that failed; a server that does not say on
// which port, or says one that no service has, has failed behind all of its services.
func (b *addressBook) failedAt(f Failure) []resolve.Peer {
	if f.Service != (resolve.Peer{}) {
		return []resolve.Peer{f.Service}
	}
	var list []resolve.Peer
	at := b.services(f.Server, f.Port)
	if len(at) == 0 && f.Port != 0 {
		at = b.services(f.Server, 0) // dialled by its address
	}
	for _, s := range at {
		if p := s.Peer(); !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}

// covered are the workloads of which each pod is among the reporters.
func (b *addressBook) covered(t *Traffic) map[resolve.Peer]bool {
	all, pods := map[resolve.Peer]bool{}, map[resolve.Peer]map[string]bool{}
	for _, r := range t.Reporters {
		w, pod := b.reporter(r, t)
		switch {
		case r.Name != "":
			all[r] = true
		case w == nil:
		case pod == "":
			all[w.Peer()] = true // a machine is all there is of its workload
		case pods[w.Peer()] == nil:
			pods[w.Peer()] = map[string]bool{pod: true}
		default:
			pods[w.Peer()][pod] = true
		}
	}
	for p, reported := range pods {
		all[p] = !slices.ContainsFunc(b.byName[p], func(w *inbound.Workload) bool {
			return slices.ContainsFunc(w.PodNames, func(name string) bool { return !reported[name] })
		})
	}
	return all
}

func (b *addressBook) reporter(r resolve.Peer, t *Traffic) (*inbound.Workload, string) {
	if r.Pod != "" {
		return b.workload(r, t.To), r.Pod
	}
	return b.at(r.Address, t.To)
}
