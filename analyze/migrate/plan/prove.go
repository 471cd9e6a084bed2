package plan

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/analyze/remedy"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/parallel"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// Violation is harm that a wave would do.
type Violation struct {
	Text string
	// Why is that as a reason to hold Servers, with Status.
	Why    advise.Reason
	Status migrate.Status
	// Servers are the ports at which it happens, Clients whose calls it is where they are
	// about to join the mesh; Host and Space are the host that is called, and its namespace.
	Servers []Target
	Clients []resolve.Ref
	Host    string
	Space   string
	// Call is one of them, where a rule may repair it; Hidden is a host that somebody
	// calls and does not know.
	Call   *outbound.Connection
	Hidden *advise.Obstacle
	Wave   Kind
	// Joins are clients without a sidecar that could have one, and nothing else is in the
	// way.
	Joins []resolve.Ref
	// Stays is true where nothing helps but to leave Servers as they are.
	Stays bool
	// Race is true for calls that break only while proxies follow one after the other.
	Race bool
}

func everywhere(string) bool { return true }

// prove looks at everything that a wave changes: calls, ports, callers that have no
// proxy, the moments while proxies follow, and the way back.
func (r *run) prove(w *Wave, next *state, deltas []config.Delta) {
	r.proof.States++
	var d *diff.Diff
	aside, of := *r, Wave{Kind: w.Kind, Changes: w.Changes} // what is found while calls are compared
	parallel.Do(2, 1, func(i int) {
		if i == 0 {
			d = diff.Compare(diff.Side{Mesh: r.state.mesh}, diff.Side{Mesh: next.mesh}, differing(deltas), everywhere)
			return
		}
		aside.turned(&of, next)
		aside.joinedAll(&of, next)
		aside.knownCalls(&of, next)
		aside.races(&of, next)
	})
	for i := range d.Calls {
		r.call(w, &d.Calls[i])
	}
	for i := range d.Ports {
		r.port(w, &d.Ports[i])
	}
	r.identities(w, d, next)
	r.violations = append(r.violations, aside.violations...)
	w.Strict, w.Opens, w.Joining, w.Wait = of.Strict, of.Opens, of.Joining, append(w.Wait, of.Wait...)
	if !r.failed() {
		r.wayBack(w, next, deltas)
	}
	for i := range r.violations {
		r.violations[i].Wave = w.Kind
	}
}

func (r *run) violate(v Violation) { r.violations = append(r.violations, v) }

// call judges one that ends otherwise: it may be repaired, or be better.
func (r *run) call(w *Wave, x *diff.CallChange) {
	switch x.Effect {
	case effect.Breaks, effect.Weaker, effect.Uncertain:
	default:
		return
	}
	v := Violation{Status: migrate.Blocked, Host: x.Host.Name, Space: x.Host.Namespace}
	if x.Effect == effect.Uncertain {
		v.Status = migrate.Undecided
	}
	if x.Effect == effect.Breaks && x.Is != nil && x.Is.Outcome.Verdict == resolve.VerdictBroken {
		v.Call = x.Is
	}
	for _, e := range x.Servers {
		if e.Workload != nil {
			v.Servers = append(v.Servers, Target{e.Workload.Ref, e.Port})
		}
	}
	if w.Kind == Inject { // in no other wave it matters who calls: they may be as many as the mesh has
		for c := range x.Clients.Each {
			v.Clients = append(v.Clients, c.Ref)
		}
	}
	v.Why = callReason(x)
	v.Text = fmt.Sprintf("%s: %s", w.Kind, v.Why.Text)
	r.violate(v)
}

func callReason(x *diff.CallChange) advise.Reason {
	who := "a client"
	for c := range x.Clients.Each {
		who = c.Ref.Typed()
		break
	}
	if more := x.Clients.Count - 1; more > 0 {
		who = fmt.Sprintf("%s and %d more", who, more)
	}
	text := fmt.Sprintf("calls of %s to %s:%d would fail: the client's data plane knows no such destination any more", who, x.Host.Name, x.Port)
	reason := advise.Reason{Text: text}
	if x.Is != nil {
		reason.Text = fmt.Sprintf("calls of %s to %s:%d would be %s: %s", who, x.Host.Name, x.Port, x.Is.Outcome.Verdict, words.Because(x.Is.Outcome.Why))
		reason.By, reason.Position, reason.Fix = x.Is.Sends.By, x.Is.Sends.Position(), remedy.Fix(x.Is)
	}
	return reason
}

// port judges one that serves otherwise: no wave may take plaintext where none was, but for an
// exception that gets to the port which it is meant for.
func (r *run) port(w *Wave, x *diff.PortChange) {
	if x.Effect != effect.Weaker && x.Effect != effect.Uncertain || w.Kind == Keep && r.isMoved(Target{x.Workload.Ref, x.Port}, x.Is.Mode) {
		return
	}
	r.violate(Violation{
		Text:   fmt.Sprintf("%s: port %d of %s would be %s", w.Kind, x.Port, x.Workload.Ref.Typed(), x.Is.Mode),
		Why:    advise.Reason{Text: fmt.Sprintf("it would be %s", x.Is.Mode), By: x.Is.By, Position: x.Is.Position()},
		Status: migrate.Blocked, Servers: []Target{{x.Workload.Ref, x.Port}},
	})
}

// joinedAll looks whether everybody who was invited has a sidecar now.
func (r *run) joinedAll(w *Wave, next *state) {
	if w.Kind != Inject {
		return
	}
	for i := range w.Changes {
		ref := w.Changes[i].Ref()
		w.Joining = append(w.Joining, ref)
		u := next.unit(ref)
		if u == nil || u.dataplane() == resolve.DataplaneSidecar {
			r.passedBy(ref, u)
			continue
		}
		r.violate(Violation{
			Text: ref.Typed() + " would get no sidecar: " + words.Because(u.variants[0].Membership.Why), Clients: []resolve.Ref{ref}, Status: migrate.Blocked,
			Why: advise.Reason{Text: "no injector matches it: " + words.Because(u.variants[0].Membership.Why), By: ref, Position: u.variants[0].Membership.Position(), Fix: "install an injector for it"},
		})
	}
}

// passedBy finds ports that a sidecar is meant for and does not capture (2.11, 1.12).
func (r *run) passedBy(ref resolve.Ref, u *unit) {
	for _, port := range r.known[ref] {
		t := Target{ref, port}
		if u == nil || !r.open(t) || !slices.Contains(r.needs[t], ref) || u.mode(port) != resolve.None {
			continue
		}
		d := decisionOf(u.variants[0], port)
		r.violate(Violation{
			Text: fmt.Sprintf("port %d of %s would be excluded from sidecar capture", port, ref.Typed()), Status: migrate.Blocked, Servers: []Target{t}, Stays: true,
			Why: advise.Reason{Text: "the port would be excluded from sidecar capture: " + words.Because(d.Why), By: ref, Position: d.Position(), Fix: fmt.Sprintf("let the sidecar capture port %d, and inject one", port)},
		})
	}
}

// wayBack takes a wave back on the model: everything has to be as it was.
func (r *run) wayBack(w *Wave, next *state, deltas []config.Delta) {
	undo := make([]Change, len(w.Changes))
	for i := range w.Changes {
		undo[i] = w.Changes[i].Undo()
	}
	undone := modelled(undo).Deltas(next.mesh)
	if r.proof.States++; r.restored(deltas, undone) {
		return // the same objects make the same mesh
	}
	d := diff.Compare(diff.Side{Mesh: r.state.mesh}, diff.Side{Mesh: next.mesh.With(undone...)}, differing(slices.Concat(deltas, undone)), everywhere)
	if d.Empty() {
		return
	}
	text := fmt.Sprintf("%s: the rollback would not restore the previous state%s", w.Kind, firstDifference(d))
	v := Violation{Text: text, Why: advise.Reason{Text: text}, Status: migrate.Blocked}
	for i := range d.Ports {
		v.Servers = append(v.Servers, Target{d.Ports[i].Workload.Ref, d.Ports[i].Port})
	}
	for i := range d.Calls {
		for _, e := range d.Calls[i].Servers {
			if e.Workload != nil {
				v.Servers = append(v.Servers, Target{e.Workload.Ref, e.Port})
			}
		}
	}
	r.violate(v)
}

// restored reports that what was done and what is undone leave every object as it was.
func (r *run) restored(done, undone []config.Delta) bool {
	is := map[resolve.Ref]resolve.Object{}
	for _, d := range slices.Concat(done, undone) {
		is[d.Ref] = d.Is
	}
	for ref, o := range is {
		if !r.state.says(ref, o) {
			return false
		}
	}
	return true
}

// firstDifference is one thing that differs.
func firstDifference(d *diff.Diff) string {
	switch {
	case len(d.Calls) > 0:
		x := &d.Calls[0]
		return fmt.Sprintf(": calls to %s:%d are %s", x.Host.Name, x.Port, x.Effect)
	case len(d.Ports) > 0:
		x := &d.Ports[0]
		return fmt.Sprintf(": port %d of %s is %s", x.Port, x.Workload.Ref.Typed(), x.Is.Mode)
	case len(d.Workloads) > 0:
		return fmt.Sprintf(": %s is %s", d.Workloads[0].Workload.Ref.Typed(), d.Workloads[0].Effect)
	}
	return ""
}
