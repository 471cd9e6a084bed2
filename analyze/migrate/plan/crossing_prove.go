package plan

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// harm is what a wave would do, and the workloads without whose step it would not.
type harm struct {
	why    advise.Reason
	status migrate.Status
	blames []resolve.Ref
}

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
	if kind != Enrol && kind != Relabel && kind != Tunnel {
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
		if h := callHarm(&d.Calls[i], steps); h != nil {
			out = append(out, *h)
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

func statusOf(e effect.Effect) migrate.Status {
	if e == effect.Uncertain {
		return migrate.Undecided
	}
	return migrate.Blocked
}

// ofSteps are the workloads of a list that steps are about.
func ofSteps(steps []step, refs ...resolve.Ref) (out []resolve.Ref) {
	for i := range steps {
		for _, ref := range steps[i].about {
			if slices.Contains(refs, ref) {
				out = append(out, ref)
			}
		}
	}
	return out
}

// callHarm is what happens to a call, nil where that is none. The clients that move are blamed
// first: a server that moves without them does no harm by that.
func callHarm(x *diff.CallChange, steps []step) *harm {
	if !x.Effect.Worse() {
		return nil
	}
	var clients, servers []resolve.Ref
	for k := range x.Clients.Each {
		clients = append(clients, k.Ref)
	}
	for _, e := range x.Servers {
		if e.Workload != nil {
			servers = append(servers, e.Workload.Ref)
		}
	}
	h := &harm{why: callReason(x), status: statusOf(x.Effect), blames: ofSteps(steps, clients...)}
	if x.IsDenied != nil {
		h.why.Text = fmt.Sprintf("calls to %s:%d would be denied by %s", x.Host.Name, x.Port, x.IsDenied[0].Ref)
		h.why.By = x.IsDenied[0].Ref
	}
	if len(h.blames) == 0 {
		h.blames = ofSteps(steps, servers...)
	}
	h.why.Fix = ""
	return h
}

// arrived is a workload that did not get where its step leads.
func arrived(kind Kind, is *state, s *step) (out []harm) {
	want := map[Kind]resolve.Dataplane{Tunnel: resolve.DataplaneSidecar, Enrol: resolve.DataplaneAmbient, Outside: resolve.DataplaneNone}
	plane, known := want[kind]
	if !known {
		return nil
	}
	for _, ref := range s.about {
		u := is.unit(ref)
		if u == nil || u.dataplane() != plane {
			text := "it would not be " + plane.String()
			if u != nil {
				text += ": " + words.Because(u.variants[0].Membership.Why)
			}
			out = append(out, harm{advise.Reason{Text: text, By: ref}, migrate.Blocked, []resolve.Ref{ref}})
		}
	}
	return out
}

// strayed are workloads that a wave is not about, and whose data plane it changes: a step that is
// about a namespace is blamed.
func strayed(was, is *state, steps []step) (out []harm) {
	is.eachBut(was, func(u *unit) bool {
		before := was.unit(u.ref)
		if before == nil || before.dataplane() == u.dataplane() || len(ofSteps(steps, u.ref)) > 0 {
			return true
		}
		space := resolve.Ref{Kind: resolve.KindNamespace, Name: u.ref.Namespace}
		out = append(out, harm{advise.Reason{Text: fmt.Sprintf("%s would go from %s to %s", u.ref.Typed(), before.dataplane(), u.dataplane()), By: u.ref, Fix: "give its pods labels that say which data plane they have, then plan again"}, migrate.Blocked, ofSteps(steps, space)})
		return true
	})
	return out
}

// unsure are headless servers that clients may call which perhaps have a sidecar: those would send
// plaintext (C6), and no comparison of calls can tell.
func unsure(is *state, steps []step) (out []harm) {
	for _, h := range is.mesh.Hosts() {
		if !h.Passthrough {
			continue
		}
		var moved []resolve.Ref
		for i := range h.Ports {
			for _, e := range h.Ports[i].Endpoints {
				if e.Workload != nil {
					moved = append(moved, ofSteps(steps, e.Workload.Ref)...)
				}
			}
		}
		for _, class := range is.mesh.Clients() {
			if len(moved) > 0 && class.Dataplane == resolve.DataplaneUnknown && h.VisibleTo(class.Namespace) {
				client := class.Workloads[0]
				out = append(out, harm{advise.Reason{Text: fmt.Sprintf("if %s has a sidecar, it would send plaintext to the headless host %s (C6)", client.Ref.Typed(), h.Name), By: client.Ref, Position: client.Membership.Position(), Fix: "complete the input"}, migrate.Undecided, moved})
				break
			}
		}
	}
	return out
}

// dropped are calls of workloads that moved, as HBONE to a server whose network policy drops that.
func (c *crossing) dropped(is *state, steps []step) (out []harm) {
	blocked := map[resolve.Ref]*advise.Reason{}
	for _, w := range is.mesh.Workloads() {
		if why := c.network.blocksInto(w); why != nil {
			blocked[w.Ref] = why
		}
	}
	if len(blocked) == 0 {
		return nil
	}
	leads := func(h *outbound.Host) bool {
		return slices.ContainsFunc(h.Ports, func(p outbound.HostPort) bool {
			return slices.ContainsFunc(p.Endpoints, func(e outbound.Endpoint) bool { return e.Workload != nil && blocked[e.Workload.Ref] != nil })
		})
	}
	for classes, con := range is.mesh.Shared(outbound.Filter{Host: leads}) {
		if con.Server == nil || con.Server.Workload == nil || con.Arrives().TLS != resolve.SendsHBONE || blocked[con.Server.Workload.Ref] == nil {
			continue
		}
		for _, class := range classes {
			for _, w := range class.Workloads {
				if blames := ofSteps(steps, w.Ref); len(blames) > 0 {
					out = append(out, harm{*blocked[con.Server.Workload.Ref], migrate.Blocked, blames})
				}
			}
		}
	}
	return out
}
