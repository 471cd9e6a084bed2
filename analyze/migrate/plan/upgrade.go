package plan

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Upgrade is an upgrade of Istio that somebody has in mind, beside the waves of a plan.
type Upgrade struct {
	// From and To are the versions as people read them: "1.30.2", "1.31, canary 1.32 (not judged)".
	From, To string
	// Gates are the moments at which it can take place, in order: before the first wave, and after
	// each.
	Gates []Gate
}

// Gate is a moment between two waves, and what the upgrade changes by itself at that moment.
type Gate struct {
	// After is the number of the wave before it, 0 for the moment before the first.
	After   int
	Changes *diff.Diff
}

// Safe reports a moment at which the upgrade breaks and weakens nothing, makes nothing uncertain, and
// brings no new error.
func (g *Gate) Safe() bool {
	worst, changed := g.Changes.Worst()
	return !(changed && worst.Worse()) && g.Changes.NewErrors() == 0
}

// Held reports an upgrade that is safe at none of the moments.
func (u *Upgrade) Held() bool {
	return u != nil && !slices.ContainsFunc(u.Gates, func(g Gate) bool { return g.Safe() })
}

// GatesOf compares the states of a plan with the same states after an upgrade: upgraded is the mesh
// of the world with the versions after it, find runs the checks. It is the comparison of diff.
func GatesOf(p *Plan, w World, upgraded *mesh.Mesh, find func(*mesh.Mesh) []analyze.Finding) []Gate {
	was, is := w.Mesh, upgraded
	everywhere := func(string) bool { return true }
	gate := func(after int) Gate {
		return Gate{after, diff.Compare(diff.Side{Mesh: was, Findings: find(was)}, diff.Side{Mesh: is, Findings: find(is)}, diff.ObjectsNamed(nil), everywhere)}
	}
	gates := []Gate{gate(0)}
	for i := range p.Waves {
		do := modelled(p.Waves[i].Changes)
		was, is = was.With(do.Deltas(was)...), is.With(do.Deltas(is)...)
		gates = append(gates, gate(p.Waves[i].Number))
	}
	return gates
}
