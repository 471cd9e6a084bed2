package diff

import (
	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// pair is one workload before and after; nil where it is not there.
type pair struct{ was, is *inbound.Workload }

// identity names a workload in one mesh.
type identity struct {
	ref     resolve.Ref
	cluster string
}

// pairs matches workloads by name. Variants are matched in their order; one more
// than the other side has is compared with the first there, which most pods are of.
func pairs(base, head *mesh.Mesh) []pair {
	if list, same := zipped(base.Workloads(), head.Workloads()); same {
		return list
	}
	was, is := variants(base), variants(head)
	var list []pair
	for _, w := range head.Workloads() {
		id := identity{w.Ref, w.Cluster}
		if is[id][0] != w {
			continue // with the first of them
		}
		list = append(list, match(was[id], is[id])...)
	}
	for _, w := range base.Workloads() {
		if len(is[identity{w.Ref, w.Cluster}]) == 0 {
			list = append(list, pair{was: w})
		}
	}
	return list
}

// zipped are the pairs where both sides have the same workloads, which same reports.
func zipped(was, is []*inbound.Workload) (list []pair, same bool) {
	if len(was) != len(is) {
		return nil, false
	}
	list = make([]pair, len(was))
	for i, w := range was {
		if o := is[i]; w != o && (w.Ref != o.Ref || w.Cluster != o.Cluster || w.Variant != o.Variant) {
			return nil, false
		}
		list[i] = pair{w, is[i]}
	}
	return list, true
}

func variants(m *mesh.Mesh) map[identity][]*inbound.Workload {
	byName := make(map[identity][]*inbound.Workload, len(m.Workloads()))
	for _, w := range m.Workloads() {
		id := identity{w.Ref, w.Cluster}
		byName[id] = append(byName[id], w)
	}
	return byName
}

func match(was, is []*inbound.Workload) []pair {
	var list []pair
	for i := range max(len(was), len(is)) {
		var p pair
		if len(was) > 0 {
			p.was = was[min(i, len(was)-1)]
			if i >= len(was) {
				p.was = was[0]
			}
		}
		p.is = is[0]
		if i < len(is) {
			p.is = is[i]
		}
		list = append(list, p)
	}
	return list
}

// WorkloadChange is a workload that comes or goes.
type WorkloadChange struct {
	Effect   effect.Effect // New or Gone
	Workload *inbound.Workload
}

func (c *comparison) workloads() []WorkloadChange {
	var list []WorkloadChange
	for _, p := range c.pairs {
		switch {
		case p.was == nil && c.shows(p.is.Ref.Namespace):
			list = append(list, WorkloadChange{effect.New, p.is})
		case p.is == nil && c.shows(p.was.Ref.Namespace):
			list = append(list, WorkloadChange{effect.Gone, p.was})
		}
	}
	return list
}
