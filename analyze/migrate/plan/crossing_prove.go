package plan

import (
	"fmt"
	"math/bits"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// proveCrossing looks at everything that a wave changes: the moments while some pods are made anew
// and others are not, the end, and the way back. rest are steps that pods take later by
// themselves.
func (c *crossing) proveCrossing(w *Wave, next *state, deltas []config.Delta, steps, rest []step) []harm {
	if harms := c.moments(w.Kind, c.state, steps); len(harms) > 0 {
		return harms
	}
	harms := c.judge(w, c.state, next, deltas, steps)
	if len(harms) == 0 && len(rest) > 0 {
		if harms = c.moments(w.Kind, next, rest); len(harms) == 0 {
			after, more := next.after(changesOf(rest))
			harms = c.judge(&Wave{Kind: w.Kind}, next, after, more, rest)
		}
	}
	if len(harms) > 0 {
		return harms
	}
	before := c.proof.States
	c.wayBack(w, next, deltas)
	c.proof.States = max(c.proof.States, before+1)
	return c.violated(steps)
}

// violated are harms that a run notes, which are of no step in particular but for the servers.
func (c *crossing) violated(steps []step) (out []harm) {
	for _, v := range c.violations {
		h := harm{why: v.Why, status: v.Status}
		for _, t := range v.Servers {
			h.blames = append(h.blames, ofSteps(steps, t.Workload)...)
		}
		out = append(out, h)
	}
	c.violations = nil
	return out
}

// moments are states between two waves: for any two steps there is one in which only the first is
// done, and one in which only the second is.
func (c *crossing) moments(kind Kind, from *state, steps []step) (out []harm) {
	if kind != Enrol && kind != Relabel && kind != Tunnel && kind != Waypoint && kind != Bind {
		return nil
	}
	for bit := range bits.Len(uint(len(steps) - 1)) {
		for _, done := range []bool{true, false} {
			var part []step
			for i := range steps {
				if (i>>bit&1 == 1) == done {
					part = append(part, steps[i])
				}
			}
			next, deltas := from.after(changesOf(part))
			out = append(out, c.judge(&Wave{Kind: kind}, from, next, deltas, part)...)
		}
	}
	return out
}

// judge compares two states: calls, ports, callers without a proxy, and who is where.
func (c *crossing) judge(w *Wave, was, is *state, deltas []config.Delta, steps []step) (out []harm) {
	c.proof.States++
	d := diff.Compare(diff.Side{Mesh: was.mesh}, diff.Side{Mesh: is.mesh}, differing(deltas), everywhere)
	for i := range d.Calls {
		if x := &d.Calls[i]; x.Effect.Worse() && !c.spares(w, x, is) {
			out = append(out, callHarm(x, steps, c.coming != nil))
		}
	}
	for i := range d.Ports {
		x := &d.Ports[i]
		if x.Effect == effect.Weaker || x.Effect == effect.Uncertain {
			ref := x.Workload.Ref
			out = append(out, harm{advise.Reason{Text: fmt.Sprintf("port %d would be %s: %s", x.Port, x.Is.Mode, words.Because(x.Is.Why)), By: x.Is.By, Position: x.Is.Position()}, statusOf(x.Effect), ofSteps(steps, ref)})
		}
	}
	if w.Kind == Enrol || w.Kind == Relabel {
		c.refusals(w, was, is)
		out = append(out, c.violated(steps)...)
		out = append(out, c.dropped(is, steps)...)
		out = append(out, unsure(is, steps)...)
		out = append(out, c.unrouted(was, is, steps)...)
	}
	out = append(out, strayed(was, is, steps)...)
	for i := range steps {
		out = append(out, arrived(w.Kind, is, &steps[i])...)
	}
	if w.Kind == Tunnel || w.Kind == Enrol || w.Kind == Outside {
		w.Joining = nil
		for i := range steps {
			w.Joining = append(w.Joining, steps[i].Ref())
		}
	}
	if w.Changes != nil && len(out) == 0 {
		c.note(w, d, was, is)
	}
	return out
}

// refusals looks at ports that become STRICT as turned does: those that a sidecar did not capture.
func (c *crossing) refusals(w *Wave, was, is *state) {
	now := c.state
	c.state = was
	c.turned(w, is)
	c.state = now
}
