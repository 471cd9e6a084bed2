package mesh

import (
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
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
		counts: map[resolve.Kind]int{}, others: map[resolve.Kind][]resolve.Object{}, namespaceByName: map[string]*config.Namespace{},
	}
	for _, p := range parts {
		p.joined = m
		m.workloads, m.services, m.policies = append(m.workloads, p.workloads...), append(m.services, p.services...), append(m.policies, p.policies...)
		m.problems, m.remarks = append(m.problems, p.problems...), append(m.remarks, p.remarks...)
		for _, g := range p.gaps {
			if !slices.ContainsFunc(m.gaps, func(o resolve.Gap) bool { return o.Compare(g) == 0 }) { // a cluster that could not be read is one of all others
				m.gaps = append(m.gaps, g)
			}
		}
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
	sides := make([]*outbound.Side, len(parts))
	for i, p := range parts {
		sides[i] = p.Side
	}
	joinNetworks(parts)
	m.Side = outbound.JoinSides(outbound.Inputs{World: inbound.World{Control: m.Control, Namespaces: m.namespaceByName, Services: m.services, Gaps: m.gaps}, Config: m.config, Root: m.rootNamespace, Counts: m.counts, Workloads: m.workloads}, sides)
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

// Joined is the mesh that the clusters of this one were joined into, itself where there is
// none.
func (m *Mesh) Joined() *Mesh {
	if m.joined != nil {
		return m.joined
	}
	return m
}
