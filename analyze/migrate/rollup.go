package migrate

import (
	"cmp"
	"slices"
)

// Rollup counts ports by status. The zero Rollup has none.
type Rollup struct {
	// Namespace is "" for the mesh.
	Namespace string
	Ports     int
	ByStatus  [6]int
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
	Kind  string
	Ports int
}

// Blockers count what stands in the way, the most frequent first.
func Blockers(all []Workload) []Blocker {
	count := map[string]int{}
	for _, w := range all {
		for _, p := range w.Ports {
			seen := map[string]bool{}
			for _, o := range p.Obstacles {
				if k := string(o.Kind); p.Status == Blocked && !seen[k] {
					seen[k] = true
					count[k]++
				}
			}
		}
	}
	var out []Blocker
	for kind, n := range count {
		out = append(out, Blocker{kind, n})
	}
	slices.SortFunc(out, func(a, b Blocker) int { return cmp.Or(b.Ports-a.Ports, cmp.Compare(a.Kind, b.Kind)) })
	return out
}
