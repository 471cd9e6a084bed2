package mesh

import (
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// ControlPlane is one control plane of a mesh, and the version by whose rules its proxies are
// answered for.
type ControlPlane struct {
	// Cluster is where it is, "" where only one cluster was read.
	Cluster, Revision string
	config.Release
}

// ControlPlanes are those of the mesh by cluster, the default revision first and the others by
// name. Where nothing shows one, it is that of the default revision with an unknown version.
func (m *Mesh) ControlPlanes() []ControlPlane {
	var list []ControlPlane
	for _, p := range m.parts {
		list = append(list, p.ControlPlanes()...)
	}
	if len(m.parts) > 0 {
		return list
	}
	versions := m.Control.Versions()
	for _, revision := range slices.SortedFunc(maps.Keys(versions), resolve.CompareRevisions) {
		list = append(list, ControlPlane{m.cluster, revision, versions[revision]})
	}
	return list
}
