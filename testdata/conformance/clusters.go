package conformance

import (
	"fmt"
	"maps"
	"slices"

	"istio.io/istio/pkg/test"

	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// clusterKey is the field by which a document of a world of several clusters says which it is of.
const clusterKey = "cluster"

// clusters are the worlds of a mesh of several clusters by name, nil for one of one cluster.
func (w world) clusters() map[string]world {
	var parts map[string]world
	for _, d := range w {
		name := d.text(clusterKey)
		if name == "" {
			continue
		}
		if parts == nil {
			parts = map[string]world{}
		}
		d = maps.Clone(d)
		delete(d, clusterKey)
		parts[name] = append(parts[name], d)
	}
	return parts
}

// compareClusters asks the istiod of each cluster, which reads the configuration of its own and the
// Services of all, about the clients of its own.
func compareClusters(t test.Failer, parts map[string]world) (found []disagreement, last *ours, err error) {
	names := slices.Sorted(maps.Keys(parts))
	byCluster := map[string]*cluster{}
	together := &cluster{byName: map[string]*member{}}
	clusters, meshes := make([]*cluster, len(names)), make([]*mesh.Mesh, len(names))
	for i, name := range names {
		if clusters[i], err = newClusterOf(parts[name], name, i); err != nil {
			return nil, nil, err
		}
		configs, err := parts[name].configs("default")
		if err != nil {
			return nil, nil, err
		}
		clusters[i].machines = machinesOf(configs)
		if meshes[i], err = readWorld(parts[name], name); err != nil {
			return nil, nil, err
		}
		maps.Copy(together.byName, clusters[i].byName)
		byCluster[name] = clusters[i]
	}
	joined := mesh.Join(meshes...)
	for i, name := range names {
		c := clusters[i]
		c.beside = maps.Clone(byCluster)
		delete(c.beside, name)
		a, err := truth(t, parts[name], c)
		if err != nil {
			return nil, nil, fmt.Errorf("cluster %s: %w", name, err)
		}
		together.members = c.members
		if last, err = answersOf(joined, parts[name], together); err != nil {
			return nil, nil, fmt.Errorf("cluster %s: %w", name, err)
		}
		found = append(found, last.compare(a)...)
	}
	return found, last, nil
}
