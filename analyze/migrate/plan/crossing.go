package plan

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
)

// crossing is a plan from sidecars to ambient in the making (3.7): of the data plane only. A
// workload to which harm would be done keeps its sidecar, and the wave is tried without it.
type crossing struct {
	*run
	policies *authz.Set
	network  *network
	// beyond are workloads with policies that only a waypoint enforces, and nothing else against
	// the move.
	beyond map[resolve.Ref]bool
	// coming are workloads that waves in the making move behind a waypoint, nil while none are.
	coming map[resolve.Ref]bool
	// crossed are the workloads that this plan has moved.
	crossed map[resolve.Ref]bool
	spaces  []*crossingSpace
	byName  map[string]*crossingSpace
	// plain are servers that a wave could not let accept HBONE.
	plain map[resolve.Ref]bool
	// harmed are workloads that a wave left out, because of what their move would do.
	harmed map[resolve.Ref]bool
	// splitting are hosts by whether a VirtualService leads some of their calls elsewhere.
	splitting map[string]bool
}

// crossingSpace is a namespace, and the workloads in it.
type crossingSpace struct {
	name  string
	units []*unit
	// fixed is why the labels of the namespace stay as they are, nil where they may change; asked is
	// true where that was asked for.
	fixed *advise.Reason
	asked bool
}

// newCrossing finds the way from sidecars to ambient, or what is in it. As New, it always comes to
// an end, and shows nothing that was not proved.
func newCrossing(w World, o Options) *Plan {
	o.Join = Nobody
	p := newPlanner(w, o)
	r := &run{planner: p, state: p.start, mendings: func() map[Target][]resolve.Ref { return nil }}
	c := &crossing{run: r, policies: authz.New(w.Mesh), network: networkOf(w.Mesh), crossed: map[resolve.Ref]bool{}, byName: map[string]*crossingSpace{}, plain: map[resolve.Ref]bool{}, splitting: map[string]bool{}, harmed: map[resolve.Ref]bool{}, beyond: map[resolve.Ref]bool{}}
	c.survey()
	for _, stage := range []func(){c.tunnel, c.safe, c.enrol, c.waypoints, c.outside, c.relabel, c.tidySidecars} {
		if stage(); c.stopped {
			break
		}
	}
	return c.arrive()
}

// arrive is the plan. Waves that only prepare for a move are none where nothing moves.
func (c *crossing) arrive() *Plan {
	out := &Plan{Options: c.Options, Applied: AppliedOf(c.world.Objects), Proof: c.proof}
	if c.stopped || len(c.crossed) == 0 && !c.moves() {
		c.state = c.start
	} else {
		out.Waves = c.waves
	}
	out.Before, out.After = c.roll(c.start), c.roll(c.state)
	out.Holds = append(c.holds(), c.heldSpaces()...)
	out.Crossed = Crossed{Before: c.count(c.start, resolve.DataplaneAmbient), After: c.count(c.state, resolve.DataplaneAmbient)}
	out.Crossed.All = out.Crossed.Before + c.count(c.start, resolve.DataplaneSidecar)
	out.Proof.Calls, out.Proof.Known = working(c.start.mesh), len(declared.In(c.start.mesh).All())
	if c.Traffic != nil {
		out.Proof.Known += len(c.Traffic.Edges)
	}
	out.name()
	return out
}

// moves reports a plan that goes on where an earlier run moved the workloads of a namespace.
func (c *crossing) moves() bool {
	return slices.ContainsFunc(c.waves, func(w Wave) bool { return w.Kind == Relabel || w.Kind == Tidy })
}

// count is how many workloads of the plan a state has in a data plane.
func (c *crossing) count(s *state, d resolve.Dataplane) (n int) {
	for u := range s.each {
		if c.touches(u) && u.dataplane() == d {
			n++
		}
	}
	return n
}

// heldSpaces are the namespaces whose labels stay although some of their workloads move.
func (c *crossing) heldSpaces() (out []Hold) {
	for _, x := range c.spaces {
		if x.fixed == nil {
			continue
		}
		h := Hold{Target: Target{Workload: resolve.Ref{Kind: resolve.KindNamespace, Name: x.name}}, Status: migrate.Blocked, Why: []advise.Reason{*x.fixed}}
		if x.asked {
			h.Status = migrate.Excepted
		}
		out = append(out, h)
	}
	return out
}

// stay keeps a workload as it is.
func (c *crossing) stay(ref resolve.Ref, status migrate.Status, why advise.Reason) {
	c.known[ref] = []int32{0}
	c.hold(Target{ref, 0}, status, why)
}

// stays reports a workload that keeps its sidecar.
func (c *crossing) stays(ref resolve.Ref) bool {
	_, held := c.held[Target{ref, 0}]
	return held
}

// step is one change of a wave, and the workloads whose data plane it is about.
type step struct {
	Change
	about []resolve.Ref
}

// mostRounds is how often a wave is tried with fewer workloads, before all of it is given up.
const mostRounds = 12

// carry makes a wave of steps that are proved to do no harm: whoever is harmed is left out, by
// refuse, and the others are tried anew. rest are changes that prove what becomes of pods once
// they are made anew, and are no part of the wave.
func (c *crossing) carry(kind Kind, steps, rest []step, refuse func(resolve.Ref, harm)) bool {
	for round := 0; len(steps) > 0; round++ {
		w := Wave{Kind: kind}
		for i := range steps {
			steps[i].mark("plan", fmt.Sprint(len(c.waves)+1))
			w.Changes = append(w.Changes, steps[i].Change)
		}
		if c.Progress != nil && !c.Progress(round+1, len(c.waves), kind) {
			c.stopped = true
			return false
		}
		next, deltas := c.state.after(w.Changes)
		harms := c.proveCrossing(&w, next, deltas, steps, rest)
		if len(harms) == 0 {
			c.waves, c.state = append(c.waves, w), next
			return true
		}
		c.violations = nil
		steps = without(steps, harms, round == mostRounds, refuse)
	}
	return false
}

// without are the steps that no harm is about; all go where that names none of them.
func without(steps []step, harms []harm, all bool, refuse func(resolve.Ref, harm)) (left []step) {
	blamed := map[resolve.Ref]harm{}
	for _, h := range harms {
		for _, ref := range h.blames {
			if _, known := blamed[ref]; !known {
				blamed[ref] = h
			}
		}
	}
	for _, s := range steps {
		hit := false
		for _, ref := range s.about {
			if h, blames := blamed[ref]; blames {
				hit = true
				refuse(ref, h)
			}
		}
		if !hit {
			left = append(left, s)
		}
	}
	if len(left) < len(steps) && !all {
		return left
	}
	for _, s := range left {
		for _, ref := range s.about {
			refuse(ref, harms[0])
		}
	}
	return nil
}

// refuse keeps the sidecar of a workload to which a move would do harm.
func (c *crossing) refuse(ref resolve.Ref, h harm) {
	why := h.why
	if why.Fix == "" {
		why.Fix = "keep its sidecar, or settle the reason first"
	}
	c.stay(ref, h.status, why)
	c.harmed[ref] = true
}
