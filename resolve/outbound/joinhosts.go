package outbound

import (
	"maps"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// joinHosts makes the hosts of clusters that are one mesh. The istiod of each has its own Services as
// they are written there and those that only others have, behind both the endpoints of all clusters,
// and the ServiceEntries of its own, which select workloads of all (3.9.1, 3.9.4).
func joinHosts(clusters []*Side) {
	services := make([]map[resolve.Ref]*Host, len(clusters))
	for i, p := range clusters {
		p.leading = map[string]bool{}
		services[i] = map[resolve.Ref]*Host{}
		for _, h := range p.serviceHosts(p.In.Services, p.In.Workloads) {
			h.standIn(p.In.Cluster)
			services[i][h.Ref] = h
		}
	}
	for i, p := range clusters {
		hosts := p.entryHosts(p.In.Objects.ServiceEntries, workloadsOf(clusters, i))
		for _, h := range hosts {
			if p.clusterLocal(h.Name) {
				h.keepTo(p.In.Cluster)
			}
		}
		for _, h := range firstOf(services, i) {
			hosts = append(hosts, p.joined(h, services, clusters, i))
		}
		p.hosts = together(hosts)
	}
	unite(clusters)
}

// standIn notes where the addresses of a Service's EndpointSlices are.
func (h *Host) standIn(cluster string) {
	for i := range h.Ports {
		for j := range h.Ports[i].Endpoints {
			if e := &h.Ports[i].Endpoints[j]; e.InCluster {
				e.cluster = cluster
			}
		}
	}
}

// keepTo leaves out the endpoints in other clusters, by which istiod decides even so (3.9.3).
func (h *Host) keepTo(cluster string) {
	elsewhere := func(e Endpoint) bool { return e.Workload != nil && e.Workload.Cluster != cluster }
	for i := range h.Ports {
		if p := &h.Ports[i]; slices.ContainsFunc(p.Endpoints, elsewhere) {
			p.written, p.Endpoints = p.Endpoints, slices.DeleteFunc(slices.Clone(p.Endpoints), elsewhere)
		}
	}
}

// workloadsOf are those of one cluster, and then those of the others.
func workloadsOf(clusters []*Side, own int) []*inbound.Workload {
	all := slices.Clone(clusters[own].In.Workloads)
	for i, p := range clusters {
		if i != own {
			all = append(all, p.In.Workloads...)
		}
	}
	return all
}

// firstOf are the Services of one cluster, and of the others those that it lacks: of the first that
// has one.
func firstOf(services []map[resolve.Ref]*Host, own int) []*Host {
	first := maps.Clone(services[own])
	for _, others := range services {
		for ref, h := range others {
			if first[ref] == nil && h.Alias == "" {
				first[ref] = h
			}
		}
	}
	return slices.SortedFunc(maps.Values(first), (*Host).Compare)
}

// joined is a Service as the istiod of one cluster knows it: with its ports, and behind them the
// endpoints that every cluster has for a port of that name; only its own where the host is local to
// the cluster.
func (side *Side) joined(h *Host, services []map[resolve.Ref]*Host, clusters []*Side, own int) *Host {
	if h.Alias != "" {
		return h
	}
	n := *h
	if services[own][h.Ref] == nil {
		n.disputed = side.disputed(h, services, clusters)
	}
	local := side.clusterLocal(h.Name)
	n.exports, n.exportsBy = side.exportsOf(h.Backs), side.exportsBy(exportsSet(h.Backs))
	n.Ports = slices.Clone(h.Ports)
	for i := range n.Ports {
		n.Ports[i].Endpoints = nil
	}
	for i, of := range services {
		o := of[h.Ref]
		if o == nil || o.Alias != "" {
			continue
		}
		if o != h {
			n.Addresses = append(slices.Clone(n.Addresses), o.Addresses...)
		}
		for j := range n.Ports {
			p := &n.Ports[j]
			found := o.endpointsNamed(p.Name)
			if local { // istiod decides by those of all clusters even so
				p.written = append(p.written, found...)
			}
			if i == own || !local {
				p.Endpoints = append(p.Endpoints, found...)
			}
		}
	}
	return &n
}

// disputed names the clusters that write a Service of others differently, "" where they agree.
func (side *Side) disputed(h *Host, services []map[resolve.Ref]*Host, clusters []*Side) string {
	var names []string
	differ := false
	for i, of := range services {
		if o := of[h.Ref]; o != nil {
			names = append(names, clusters[i].In.Cluster)
			differ = differ || !h.writtenAs(o, side)
		}
	}
	if !differ {
		return ""
	}
	return "clusters " + strings.Join(names, " and ")
}

// writtenAs reports Services that are one to the istiod of a cluster which has neither.
func (h *Host) writtenAs(o *Host, side *Side) bool {
	return h.Alias == o.Alias && h.Passthrough == o.Passthrough && maps.Equal(h.Labels, o.Labels) && slices.Equal(side.exportsOf(h.Backs), side.exportsOf(o.Backs)) &&
		slices.EqualFunc(h.Ports, o.Ports, func(a, b HostPort) bool {
			return a.Number == b.Number && a.Name == b.Name && a.Protocol == b.Protocol
		})
}

// endpointsNamed are those of the port of a name.
func (h *Host) endpointsNamed(name string) []Endpoint {
	for i := range h.Ports {
		if h.Ports[i].Name == name {
			return h.Ports[i].Endpoints
		}
	}
	return nil
}

// unite makes one of the hosts of Services that all clusters see alike.
func unite(clusters []*Side) {
	seen := map[resolve.Ref][]*Host{}
	for _, p := range clusters {
		for i, h := range p.hosts {
			if !h.Kubernetes {
				continue
			}
			known := slices.IndexFunc(seen[h.Ref], h.alike)
			if known < 0 {
				seen[h.Ref] = append(seen[h.Ref], h)
				continue
			}
			p.hosts[i] = seen[h.Ref][known]
		}
	}
}

// alike reports Services of several clusters that are one to those who call them.
func (h *Host) alike(o *Host) bool {
	return h.looks(o) && maps.Equal(h.Labels, o.Labels) && h.Waypoint.Same(o.Waypoint) &&
		slices.EqualFunc(h.Ports, o.Ports, func(a, b HostPort) bool {
			return a.Name == b.Name && a.Protocol == b.Protocol && a.shared == b.shared && slices.EqualFunc(a.Endpoints, b.Endpoints, Endpoint.same) &&
				slices.EqualFunc(a.written, b.written, Endpoint.same) && slices.EqualFunc(a.alone, b.alone, Endpoint.same)
		})
}
