package mesh

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// Join puts the meshes of several clusters together (multi-primary): each keeps its
// own policies, rules and control planes, and where they share a trust domain a
// Service of one name and namespace is one Service, with the endpoints of all.
// Istiod of each cluster reads the Services of all clusters and the configuration
// of its own. The parts must have been built with different Options.Cluster, and
// must not be asked before they are joined. One part comes back as it is.
func Join(parts ...*Mesh) *Mesh {
	if len(parts) == 1 {
		return parts[0]
	}
	first := parts[0]
	m := &Mesh{
		parts: parts, Control: first.Control, config: first.config, rootNamespace: first.rootNamespace,
		counts: map[resolve.Kind]int{}, others: map[resolve.Kind][]resolve.Object{}, namespaceByName: map[string]*resolve.Namespace{},
	}
	for _, p := range parts {
		p.whole = m
		m.workloads, m.services, m.policies = append(m.workloads, p.workloads...), append(m.services, p.services...), append(m.policies, p.policies...)
		m.problems, m.remarks, m.gaps = append(m.problems, p.problems...), append(m.remarks, p.remarks...), append(m.gaps, p.gaps...)
		for kind, n := range p.counts {
			m.counts[kind] += n
		}
		for kind, objects := range p.others {
			m.others[kind] = append(m.others[kind], objects...)
		}
		for _, n := range p.namespaces {
			if known := m.namespaceByName[n.Name]; known == nil || !known.Known {
				m.namespaceByName[n.Name] = n
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.namespaceByName)) {
		m.namespaces = append(m.namespaces, m.namespaceByName[name])
	}
	slices.SortStableFunc(m.workloads, (*inbound.Workload).Compare)
	return m
}

// Parts are the meshes of the clusters that were joined, nil for a single one.
func (m *Mesh) Parts() []*Mesh { return m.parts }

// Part is the mesh of a cluster among those that were joined, and the mesh itself where
// there is one only.
func (m *Mesh) Part(cluster string) *Mesh {
	for _, p := range m.parts {
		if p.cluster == cluster {
			return p
		}
	}
	return m
}

// Cluster is the name of the cluster that the mesh was read of, as
// Options.Cluster has it.
func (m *Mesh) Cluster() string { return m.cluster }

// joinClients links the client sides of all parts: hosts first, then what is shared
// among them, then who knows what.
func (m *Mesh) joinClients() {
	for _, p := range m.parts {
		p.hosts = p.hostsOf(p.client)
	}
	domains := map[string][]*Mesh{}
	for _, p := range m.parts {
		domain := cmp.Or(p.config.GetTrustDomain(), resolve.ClusterDomain)
		domains[domain] = append(domains[domain], p)
	}
	for _, together := range domains {
		shareServices(together)
	}
	known := map[*Host]bool{}
	for _, p := range m.parts {
		p.linkHosts(p.client)
		m.rules, m.clients = append(m.rules, p.rules...), append(m.clients, p.clients...)
		for _, h := range p.hosts {
			if !known[h] {
				known[h] = true
				m.hosts = append(m.hosts, h)
			}
		}
	}
	slices.SortStableFunc(m.hosts, (*Host).Compare)
	m.indexHosts()
	m.indexRules()
}

// shareServices makes one host of the Services of one name and namespace, and lets
// every cluster know those of the others.
func shareServices(parts []*Mesh) {
	type key struct{ namespace, name string }
	shared := map[key]*Host{}
	var order []key
	for _, p := range parts {
		for _, h := range p.hosts {
			if !h.Kubernetes || h.Alias != "" {
				continue
			}
			k := key{h.Namespace, h.Name}
			if shared[k] == nil {
				shared[k], order = h, append(order, k)
				continue
			}
			shared[k].absorb(h)
		}
	}
	for _, p := range parts {
		own := map[key]bool{}
		for i, h := range p.hosts {
			if k := (key{h.Namespace, h.Name}); h.Kubernetes && h.Alias == "" {
				p.hosts[i], own[k] = shared[k], true
			}
		}
		for _, k := range order {
			if !own[k] {
				p.hosts = append(p.hosts, shared[k])
			}
		}
		slices.SortStableFunc(p.hosts, (*Host).Compare)
	}
}

// absorb adds the endpoints of the same Service in another cluster.
func (h *Host) absorb(o *Host) {
	h.addresses = append(slices.Clone(h.addresses), o.addresses...)
	for _, p := range o.Ports {
		own := h.Port(p.Number)
		if own == nil {
			h.Ports = append(h.Ports, p)
			continue
		}
		own.Endpoints = append(slices.Clone(own.Endpoints), p.Endpoints...)
	}
}

// eachPart yields what every part yields, one after the other.
func eachPart[T any](parts []*Mesh, of func(*Mesh) iter.Seq[T]) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, p := range parts {
			for v := range of(p) {
				if !yield(v) {
					return
				}
			}
		}
	}
}

// eachPart2 is eachPart for pairs.
func eachPart2[K, V any](parts []*Mesh, of func(*Mesh) iter.Seq2[K, V]) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for _, p := range parts {
			for k, v := range of(p) {
				if !yield(k, v) {
					return
				}
			}
		}
	}
}

// Whole is the mesh that the clusters of this one were joined into, itself where there is
// none.
func (m *Mesh) Whole() *Mesh {
	if m.whole != nil {
		return m.whole
	}
	return m
}
