package plan

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// TrustChange is the change of a mesh's trust domain. The zero TrustChange is none.
type TrustChange struct{ From, To string }

// None reports that the trust domain stays.
func (c TrustChange) None() bool { return c.To == "" }

// renaming is a plan that changes the trust domain, in the making. Both domains are aliases while it
// lasts: then it does not matter which proxies have heard of the change of the domain itself, which
// have a new certificate, and whether istiod still names endpoints by the former domain (3.3.8).
type renaming struct {
	*planner
	TrustChange
	state *state
	waves []Wave
	proof Proof
	// excused are the calls that fail for their trust domains before the plan.
	excused map[string]bool
}

// newRenaming finds the way to another trust domain, or what is in it.
func newRenaming(w World, o Options) *Plan {
	o.Join = Nobody
	p := newPlanner(w, o)
	r := &renaming{planner: p, TrustChange: o.Trust, state: p.start}
	out := &Plan{Options: p.Options, Applied: AppliedOf(w.Objects)}
	if out.Holds = r.unproved(); len(out.Holds) == 0 {
		r.excused = r.refusedToday()
		r.all()
		if !r.stopped && len(r.proof.Failed) == 0 {
			out.Waves = r.waves
			r.waits(out.Waves)
		}
		out.Proof = r.proof
	}
	for _, plane := range planesOf(p.start.mesh.Control) {
		t := plane.Trust()
		out.Planes = append(out.Planes, PlaneTrust{t.Revision, plane.Source, t.Configured(), t.Aliases()})
	}
	out.Proof.Calls = working(p.start.mesh)
	out.Before = p.roll(p.start)
	out.After = out.Before
	out.name()
	return out
}

// all goes all the way, or as far as it comes without harm.
func (r *renaming) all() {
	for _, stage := range []func(){r.alias, r.identify, r.change, r.renew, r.retire} {
		if stage(); r.stopped || len(r.proof.Failed) > 0 {
			return
		}
	}
}

func (r *renaming) alias() {
	r.wave(Aliases, r.configured("proxies must accept both trust domains before any certificate has the new one", r.aliased))
}

func (r *renaming) identify() {
	r.wave(Identities, r.renamed("they name "+r.From+", and callers and servers will have "+r.To, r.added()))
}

func (r *renaming) change() {
	r.wave(Switch, r.configured("all proxies accept "+r.To+", and the policies name it", r.switched))
}

// renew is no change of an object: certificates follow the domain by themselves, sooner where pods are
// made anew.
func (r *renaming) renew() {
	if r.proof.Failed = r.meantime(Renew, r.state); len(r.proof.Failed) > 0 {
		return
	}
	var refs []resolve.Ref
	for u := range r.state.each {
		if Restarts(u.ref.Kind) && slices.ContainsFunc(u.variants, shows) {
			refs = append(refs, u.ref)
		}
	}
	if len(refs) == 0 && r.goesOn(Renew) { // of proxies that the input does not have
		r.waves = append(r.waves, Wave{Kind: Renew})
	}
	for part := range chunks(refs, r.MaxWave) {
		if r.goesOn(Renew) {
			r.waves = append(r.waves, Wave{Kind: Renew, Joining: part})
		}
	}
}

// shows reports a workload whose proxy has a certificate of the mesh.
func shows(w *inbound.Workload) bool {
	return w.Membership.Dataplane == resolve.DataplaneSidecar || w.Membership.Dataplane == resolve.DataplaneGateway || w.Membership.Dataplane == resolve.DataplaneProxyless
}

func (r *renaming) retire() {
	renamed := r.renamed("no certificate has the former trust domain any more", r.dropped())
	r.wave(Retire, append(renamed, r.configured("no certificate has the former trust domain any more", r.retired)...))
}

// wave applies changes to the model, and goes on from there unless they do harm.
func (r *renaming) wave(kind Kind, changes []Change) {
	if len(changes) == 0 || !r.goesOn(kind) {
		return
	}
	for i := range changes {
		changes[i].mark("plan", "0")
	}
	next, _ := r.state.after(changes)
	if r.proof.Failed = r.prove(kind, next); len(r.proof.Failed) > 0 {
		return
	}
	r.waves, r.state = append(r.waves, Wave{Kind: kind, Changes: changes}), next
}

// goesOn tells who watches, and asks whether a plan is still wanted.
func (r *renaming) goesOn(kind Kind) bool {
	r.stopped = r.stopped || r.Progress != nil && !r.Progress(1, len(r.waves), kind)
	return !r.stopped
}

// unproved are what keeps any plan from being proved: proxies that take one trust domain only, and
// configuration that could not be read.
func (r *renaming) unproved() (out []Hold) {
	for u := range r.start.each {
		if why, status, held := heldByDataplane(u); held {
			out = append(out, Hold{Target: Target{Workload: u.ref}, Status: status, Why: []advise.Reason{why}})
		}
	}
	for _, p := range planesOf(r.start.mesh.Control) {
		if p.Unseen != nil {
			out = append(out, Hold{Target: Target{Workload: resolve.Ref{Kind: resolve.KindMeshConfig, Namespace: p.Namespace, Name: p.Trust().Revision}}, Status: migrate.Undecided, Why: []advise.Reason{{
				Text: "the mesh configuration of this control plane could not be read: " + p.Unseen.Reason, Fix: "read it too: its proxies are part of the mesh",
			}}})
		}
	}
	for _, kind := range naming {
		if gap := r.start.mesh.Gap(kind); gap != nil {
			out = append(out, Hold{Target: Target{Workload: resolve.Ref{Kind: kind, Name: gap.Resource}}, Status: migrate.Undecided, Why: []advise.Reason{{
				Text: "not read, and each may name " + r.From + ": " + gap.Reason, Fix: "read them too",
			}}})
		}
	}
	return out
}

func heldByDataplane(u *unit) (why advise.Reason, status migrate.Status, held bool) {
	for _, w := range u.variants {
		switch m := w.Membership; {
		case m.Dataplane == resolve.DataplaneAmbient:
			return advise.Reason{Text: "ztunnel accepts the trust domain of its own certificates only, without aliases (ztunnel#2092): calls fail while some have the new one", Fix: "move the workload to a sidecar first, or change the trust domain in a maintenance window"}, migrate.Blocked, true
		case m.Dataplane == resolve.DataplaneWaypoint:
			return advise.Reason{Text: "a waypoint and the ztunnels that call it accept one trust domain, without aliases (ztunnel#2092)", Fix: "remove the waypoint first, or change the trust domain in a maintenance window"}, migrate.Blocked, true
		case m.Agentgateway:
			return advise.Reason{Text: "it runs agentgateway: whether it accepts trustDomainAliases is unknown", Fix: "use a gateway with Envoy, or change the trust domain in a maintenance window"}, migrate.Undecided, true
		}
	}
	return why, status, false
}

// planesOf are the control planes by revision, sorted.
func planesOf(k *config.Control) []*config.Plane {
	if len(k.Planes) == 0 {
		return []*config.Plane{k.First}
	}
	out := make([]*config.Plane, 0, len(k.Planes))
	for _, revision := range sortedKeys(k.Planes) {
		out = append(out, k.Planes[revision])
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, resolve.CompareRevisions)
	return keys
}
