package graph

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// cut leaves out edges where there are more than most, those last that need a look first.
func (g *Graph) cut(most int) {
	g.Left = map[resolve.Verdict]int{}
	if most <= 0 || len(g.Edges) <= most {
		return
	}
	byUrgency := slices.Clone(g.Edges)
	slices.SortStableFunc(byUrgency, func(a, b *Edge) int {
		return cmp.Or(cmp.Compare(a.Verdict().Urgency(), b.Verdict().Urgency()), -cmp.Compare(a.Basis, b.Basis))
	})
	left := map[*Edge]bool{}
	for _, e := range byUrgency[most:] {
		left[e] = true
		g.Left[e.Verdict()]++
	}
	g.Edges = slices.DeleteFunc(g.Edges, func(e *Edge) bool { return left[e] })
}
