package plan

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// attempts is how often a plan is begun anew with what the last attempt taught. Each
// holds, mends or bars something, so that more than a few are rare.
const attempts = 25

// planner is a plan in the making. What is held, mended or barred grows with every
// attempt, until an attempt is proved.
type planner struct {
	Options
	world World
	start *state
	// held are the ports that stay, known the ports that count.
	held map[Target]Hold
	// heldIn is the round in which a port was held, 0 before the first attempt.
	heldIn map[Target]int
	known  map[resolve.Ref][]int32
	// needs are the workloads that have to get a sidecar for a port to be STRICT; joins
	// those that do, of ports that are not held; byRevision those that the injector takes
	// by the label of a revision; barred those that may not join, and why.
	needs      map[Target][]resolve.Ref
	joins      map[resolve.Ref]bool
	byRevision map[resolve.Ref]string
	barred     map[resolve.Ref]string
	// joinedIn is the round in which a workload got another label, or was barred.
	joinedIn map[resolve.Ref]int
	// mended are rules and scopes as they shall be; hopeless those that were tried and
	// did harm.
	mended   map[resolve.Ref]*mending
	round    int
	hopeless map[resolve.Ref]int // by the round that found it
	// frozen are hosts whose clients are told to send plaintext while a port leaves
	// DISABLE, by name; hot those of which that was tried and did harm.
	frozen map[string]*freezing
	hot    map[string]int // by the round that found it
	// moved are ports that exceptions of another number are meant for, unmovable the policies
	// of which that was tried and did harm.
	// refused are STRICT ports that refuse callers who are known.
	refused   []Hold
	moved     map[Target]displaced
	unmovable map[resolve.Ref]bool
	// begun counts attempts; stopped is true once nobody wants a plan any more.
	begun   int
	stopped bool
	// meshHeld is why no mesh-wide policy can be written, "" where one can.
	meshHeld string
	// spaceHeld are namespaces whose policy cannot change, because of workloads in them
	// that no policy of their own can keep as they are, by the round that found it.
	spaceHeld map[string]int
	meshed    map[string]bool
}

// mending is an object as it shall be, what that changes and why, and the ports that
// need it.
type mending struct {
	is        resolve.Object
	what, why string
	servers   []Target
	// round is the attempt that asked for it, times how often others did before.
	round, times int
}

// newPlanner knows the first state, and nothing of what is in the way.
func newPlanner(w World, o Options) *planner {
	if o.To == resolve.Unset {
		o.To = resolve.Strict
	}
	p := &planner{
		Options: o, world: w, held: map[Target]Hold{}, heldIn: map[Target]int{}, known: map[resolve.Ref][]int32{}, barred: map[resolve.Ref]string{},
		needs: map[Target][]resolve.Ref{}, joins: map[resolve.Ref]bool{}, byRevision: map[resolve.Ref]string{}, joinedIn: map[resolve.Ref]int{},
		mended: map[resolve.Ref]*mending{}, hopeless: map[resolve.Ref]int{}, meshed: map[string]bool{}, spaceHeld: map[string]int{}, frozen: map[string]*freezing{}, hot: map[string]int{},
		moved: map[Target]displaced{}, unmovable: map[resolve.Ref]bool{},
	}
	p.start = &state{mesh: w.Mesh}
	return p
}

// New finds the way from a world, or what is in it. It always comes to an end, and to the
// same one for the same input, in whatever order that is given. What it shows was proved.
func New(w World, o Options) *Plan {
	if o.Ambient {
		return newCrossing(w, o)
	}
	if !o.Trust.None() {
		return newRenaming(w, o)
	}
	p := newPlanner(w, o)
	p.weigh()
	var last *run
	for range attempts {
		r := p.attempt()
		if !r.failed() {
			return p.finish(r)
		}
		last = r
		if p.stopped || !p.learn(r) {
			break
		}
		r.forget()
	}
	return p.giveUp(last)
}

// touches reports a workload that the plan may change.
func (p *planner) touches(u *unit) bool {
	return p.Touches == nil || slices.ContainsFunc(u.variants, p.Touches)
}

// finish is a proved plan.
func (p *planner) finish(r *run) *Plan {
	out := &Plan{Options: p.Options, Waves: r.waves, Applied: AppliedOf(p.world.Objects), Proof: r.proof, NoMesh: r.in.noMesh}
	out.Before, out.After = p.roll(p.start), p.roll(r.state)
	p.leftOver(r)
	out.Holds, out.Refused = p.holds(), p.refusing()
	if len(out.Waves) == 0 {
		out.Failing = failing(p.start.mesh)
	}
	out.Proof.Calls, out.Proof.Known = working(p.start.mesh), len(declared.In(p.start.mesh).All())
	if p.Traffic != nil {
		out.Proof.Known += len(p.Traffic.Edges)
	}
	out.name()
	return out
}

// leftOver holds what the plan promised nothing about and did not reach: there is always
// an answer for a port that counts.
func (p *planner) leftOver(r *run) {
	for ref, ports := range p.known {
		for _, port := range ports {
			if u := r.state.unit(ref); u != nil && u.mode(port).Refuses() < p.To.Refuses() {
				p.hold(Target{ref, port}, migrate.Blocked, advise.Reason{
					Text: "no policy that a plan may write applies to the port: " + words.Because(decisionOf(u.variants[0], port).Why), By: decisionOf(u.variants[0], port).By, Fix: "see what decides: mtlsctl describe " + shell.Word(ref.Typed()),
				})
			}
		}
	}
}

// working counts the calls of workloads with a proxy that do not fail.
func working(m *mesh.Mesh) int {
	n, members := 0, 0
	var last []*outbound.ClientClass
	for classes, c := range m.Shared(outbound.Filter{}) {
		if last == nil || len(last) != len(classes) || &last[0] != &classes[0] { // most connections are those of the same classes
			last, members = classes, 0
			for _, class := range classes {
				members += len(class.Workloads)
			}
		}
		if c.Outcome.Verdict != resolve.VerdictBroken && c.Server != nil {
			n += members
		}
	}
	return n
}

// giveUp is no plan: what is in the way of it.
func (p *planner) giveUp(last *run) *Plan {
	out := &Plan{Options: p.Options, Applied: AppliedOf(p.world.Objects)}
	out.Before = p.roll(p.start)
	out.After, out.Holds, out.Refused = out.Before, p.holds(), p.refusing()
	for _, v := range last.violations {
		out.Proof.Failed = append(out.Proof.Failed, v.Text)
	}
	for _, u := range last.unpicked {
		out.Proof.Failed = append(out.Proof.Failed, u.ref.Typed()+": no policy can apply to it alone")
	}
	out.name()
	return out
}

// roll counts the ports that the plan is about.
func (p *planner) roll(s *state) migrate.Rollup {
	all, _ := migrate.Roll(migrate.Assess(s.mesh, s.advice(&p.Options), p.Touches))
	return all
}

// holds are what stays, in the mesh's order.
func (p *planner) holds() []Hold {
	var out []Hold
	for u := range p.start.each {
		for _, port := range p.known[u.ref] {
			if h, held := p.held[Target{u.ref, port}]; held {
				out = append(out, h)
			}
		}
	}
	return out
}

// refusing are the STRICT ports that refuse callers who are known, and that no exception is
// moved to.
func (p *planner) refusing() []Hold {
	return slices.DeleteFunc(p.refused, func(h Hold) bool { return p.isMoved(h.Target, p.moved[h.Target].mode) })
}

// hold keeps a port as it is; the first reasons of it count. It reports whether this
// attempt is the first that asks for it.
func (p *planner) hold(t Target, status migrate.Status, why ...advise.Reason) bool {
	if _, held := p.held[t]; held {
		return p.heldIn[t] == p.round
	}
	p.heldIn[t] = p.round
	mode := resolve.Unknown
	if u := p.start.unit(t.Workload); u != nil {
		mode = u.mode(t.Port)
	}
	p.held[t] = Hold{Target: t, Mode: mode, Status: status, Why: why}
	return true
}
