package mesh

import (
	"maps"
	"slices"
)

// Unpopulated are the namespaces that hold policies for workloads, or Services that select
// some, while the input has no workload of the namespace: what the policies decide and who
// is behind the Services is elsewhere. Sorted by name. The root namespace, whose policies
// are for the whole mesh, is one only where the mesh has no workload at all.
func (m *Mesh) Unpopulated() []string {
	live := map[string]bool{}
	for _, w := range m.workloads {
		live[w.Ref.Namespace] = true
	}
	empty := map[string]bool{}
	for _, p := range m.policies {
		if ns := p.Ref.Namespace; !live[ns] && (ns != m.rootNamespace || len(m.workloads) == 0) {
			empty[ns] = true
		}
	}
	for _, s := range m.services {
		if ns := s.Ref.Namespace; !live[ns] && len(s.Selector) > 0 && ns != m.rootNamespace {
			empty[ns] = true
		}
	}
	return slices.Sorted(maps.Keys(empty))
}
