package migrate

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
)

// Rollup counts ports by status. The zero Rollup has none.
type Rollup struct {
	// Namespace is "" for the mesh.
	Namespace string
	Ports     int
	ByStatus  [6]int
	// ByLeaf counts where the ports' paths through the tree end, by advise.Leaf.ID.
	ByLeaf map[string]int
}

// Score is the share of ports that are STRICT or documented exceptions, in percent; 100
// where nothing counts.
func (r *Rollup) Score() float64 {
	if r.Ports == 0 {
		return 100
	}
	return 100 * float64(r.ByStatus[Done]+r.ByStatus[Excepted]) / float64(r.Ports)
}

func (r *Rollup) add(w *Workload) {
	for _, p := range w.Ports {
		r.Ports++
		r.ByStatus[p.Status]++
		if r.ByLeaf == nil {
			r.ByLeaf = map[string]int{}
		}
		r.ByLeaf[p.Path.Leaf.ID]++
	}
}

// Roll counts the ports of workloads: of the mesh, and of each namespace in order.
func Roll(all []Workload) (mesh Rollup, namespaces []Rollup) {
	for i := range all {
		w := &all[i]
		if n := len(namespaces); n == 0 || namespaces[n-1].Namespace != w.Ref.Namespace {
			namespaces = append(namespaces, Rollup{Namespace: w.Ref.Namespace})
		}
		namespaces[len(namespaces)-1].add(w)
		mesh.add(w)
	}
	return mesh, namespaces
}

// Blocker is one kind of obstacle, and how many ports it keeps from STRICT.
type Blocker struct {
	Kind  advise.Kind
	Ports int
	// Example is one of them, the first.
	Example advise.Obstacle
	At      *Workload
}

// Blockers count what blocks STRICT, the most frequent first.
func Blockers(all []Workload) []Blocker {
	var out []Blocker
	for i := range all {
		for _, p := range all[i].Ports {
			seen := map[advise.Kind]bool{}
			for _, o := range p.Obstacles {
				if p.Status != Blocked || seen[o.Kind] {
					continue
				}
				seen[o.Kind] = true
				at := slices.IndexFunc(out, func(b Blocker) bool { return b.Kind == o.Kind })
				if at < 0 {
					at = len(out)
					out = append(out, Blocker{Kind: o.Kind, Example: o, At: &all[i]})
				}
				out[at].Ports++
			}
		}
	}
	slices.SortFunc(out, func(a, b Blocker) int { return cmp.Or(b.Ports-a.Ports, cmp.Compare(a.Kind, b.Kind)) })
	return out
}
