package plan

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// turned judges ports that become STRICT by who is known to call them: somebody without
// a proxy is in no comparison of calls.
func (r *run) turned(w *Wave, next *state) {
	if r.Partial && (w.Kind == Namespaces || w.Kind == MeshWide) {
		w.wait(Condition{Reason: advise.Reason{
			Text: "the input is files: other workloads in the cluster become STRICT too, and were not checked", Fix: "plan from the cluster, or from a snapshot of it",
		}})
	}
	next.eachBut(r.state, func(u *unit) bool {
		was := r.state.unit(u.ref)
		if was == nil {
			return true
		}
		for _, port := range numbersOf(was, u) {
			if u.means(port) != resolve.Strict || was.means(port) == resolve.Strict {
				continue
			}
			if u.mode(port) == resolve.Strict {
				w.Strict = append(w.Strict, Target{u.ref, port})
			}
			r.callers(w, was, u, port, next)
		}
		return true
	})
}

// numbersOf are the ports that either side of a workload names: one that only a policy
// spoke of is one of the others when that goes.
func numbersOf(sides ...*unit) []int32 {
	var out []int32
	for _, u := range sides {
		for _, w := range u.variants {
			for i := range w.Ports {
				if w.Ports[i].Protocol != resolve.ProtocolUDP {
					out = append(out, w.Ports[i].Number)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// callers looks at who calls a port that becomes STRICT. Before a server had a proxy
// nobody asked who calls it: then the state after the wave tells.
func (r *run) callers(w *Wave, was, is *unit, port int32, next *state) {
	t := Target{is.ref, port}
	s, u := r.state, was
	if was.dataplane() == resolve.DataplaneNone {
		s, u = next, is
	}
	a := s.advice(&r.Options)
	for _, x := range u.variants {
		for i := range x.Ports {
			if x.Ports[i].Number == port {
				r.judge(w, t, a.Advise(x, &x.Ports[i]))
			}
		}
	}
}

func (r *run) judge(w *Wave, t Target, a *advise.Advice) {
	var why, naked []advise.Reason
	var joins []resolve.Ref
	status := migrate.Blocked
	for _, o := range a.Obstacles {
		switch o.Kind {
		case advise.NoSidecar, advise.NoSidecarEver, advise.Excluded, advise.ClientRule, advise.Gate, advise.Bypass, advise.WithoutHBONE:
			continue // the comparison of calls knows
		case advise.Hidden:
			r.violate(Violation{Text: fmt.Sprintf("%s: %s", w.Kind, o.Text), Why: o.Reason, Status: status, Servers: []Target{t}, Hidden: &o})
			continue
		case advise.Plaintext:
			if r.explained(o.Client, a) {
				continue
			}
		case advise.NakedClient:
			if o.Client != nil && r.mayJoin(r.start.unit(o.Client.Ref), true) == "" && !r.joins[o.Client.Ref] {
				joins, naked = append(joins, o.Client.Ref), append(naked, o.Reason)
				continue
			}
		}
		why = append(why, o.Reason)
	}
	if len(why) == 0 && len(joins) > 0 {
		r.violate(Violation{Text: fmt.Sprintf("%s: port %d of %s: %s", w.Kind, t.Port, t.Workload.Typed(), naked[0].Text), Why: naked[0], Status: status, Servers: []Target{t}, Joins: joins})
		return
	}
	if len(why) == 0 {
		why, status = slices.DeleteFunc(slices.Clone(a.Open), func(r advise.Reason) bool { return r.OfRecord }), migrate.Undecided
	}
	if len(why) > 0 {
		r.violate(Violation{Text: fmt.Sprintf("%s: port %d of %s: %s", w.Kind, t.Port, t.Workload.Typed(), why[0].Text), Why: why[0], Status: status, Servers: []Target{t}})
		return
	}
	for _, reason := range r.waiting(t, a) {
		w.wait(reason)
	}
}
