package authz

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Same reports that the policies of a workload are those of another court's, and that it takes
// the same trust domains for each other; changed says of which objects that is not known.
func (c *Court) Same(w *inbound.Workload, o *Court, other *inbound.Workload, changed func(resolve.Ref) bool) bool {
	mine, theirs := c.panels[w], o.panels[other]
	if mine == nil || theirs == nil {
		return mine == theirs
	}
	return slices.Equal(namesOf(w), namesOf(other)) && slices.EqualFunc(mine.policies, theirs.policies, func(p, q *Policy) bool { return p.Ref == q.Ref && !changed(p.Ref) })
}

// Named are the policies of a name, one for each cluster that has it.
func (c *Court) Named(ref resolve.Ref) (out []*Policy) {
	parts := c.mesh.Parts()
	if parts == nil {
		parts = []*mesh.Mesh{c.mesh}
	}
	for _, m := range parts {
		for _, p := range c.sets[m].all {
			if p.Ref == ref {
				out = append(out, p)
			}
		}
	}
	return out
}

// On are the policies that act on the calls to a workload.
func (c *Court) On(w *inbound.Workload) []*Policy {
	if c.panels[w] == nil {
		return nil
	}
	return c.panels[w].policies
}

// Busy reports a workload on whose calls policies act.
func (c *Court) Busy(w *inbound.Workload) bool { return c.panels[w] != nil }

// Attached reports policies that are attached to waypoints or what is behind them.
func (c *Court) Attached() bool {
	for _, s := range c.sets {
		if slices.ContainsFunc(s.all, func(p *Policy) bool { return len(p.Targets) > 0 && p.Acts() }) {
			return true
		}
	}
	return false
}
