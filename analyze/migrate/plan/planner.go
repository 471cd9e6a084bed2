package plan

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
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
	held  map[Target]Hold
	known map[resolve.Ref][]int32
	// joins are the workloads that get a sidecar, with the label that lets the injector
	// take them; barred those that may not, and why.
	joins  map[resolve.Ref]string
	barred map[resolve.Ref]string
	// mended are rules and scopes as they shall be; fixes what each is for; hopeless those
	// that were tried and did harm.
	mended   map[resolve.Ref]resolve.Object
	fixes    map[resolve.Ref][2]string
	hopeless map[resolve.Ref]bool
	// meshHeld is why no mesh-wide policy can be written, "" where one can.
	meshHeld string
	meshed   map[string]bool
}

// New plans.
func New(w World, o Options) *Plan {
	if o.To == resolve.Unset {
		o.To = resolve.Strict
	}
	p := &planner{
		Options: o, world: w, held: map[Target]Hold{}, known: map[resolve.Ref][]int32{}, joins: map[resolve.Ref]string{}, barred: map[resolve.Ref]string{},
		mended: map[resolve.Ref]resolve.Object{}, fixes: map[resolve.Ref][2]string{}, hopeless: map[resolve.Ref]bool{}, meshed: map[string]bool{},
	}
	p.start = newState(&p.world, w.Objects)
	p.weigh()
	var waves []Wave
	var last []Violation
	for range attempts {
		r := p.attempt()
		if !r.failed() {
			return p.finish(r)
		}
		last = r.violations
		if !p.learn(r) {
			break
		}
	}
	_ = waves
	return p.giveUp(last)
}

// touches reports a workload that the plan may change.
func (p *planner) touches(u *unit) bool {
	return p.Touches == nil || slices.ContainsFunc(u.variants, p.Touches)
}

// finish is a proved plan.
func (p *planner) finish(r *run) *Plan {
	out := &Plan{Options: p.Options, Waves: r.waves, Applied: appliedIn(p.start), Proof: r.proof}
	out.Before, out.After = p.roll(p.start), p.roll(r.state)
	out.Holds = p.holds()
	out.name()
	return out
}

// giveUp is no plan: what is in the way of it.
func (p *planner) giveUp(last []Violation) *Plan {
	out := &Plan{Options: p.Options, Applied: appliedIn(p.start)}
	out.Before = p.roll(p.start)
	out.After, out.Holds = out.Before, p.holds()
	for _, v := range last {
		out.Proof.Failed = append(out.Proof.Failed, v.Text)
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

// hold keeps a port as it is; the first reasons of it count.
func (p *planner) hold(t Target, status migrate.Status, why ...advise.Reason) bool {
	if _, held := p.held[t]; held {
		return false
	}
	mode := resolve.Unknown
	if u := p.start.units[t.Workload]; u != nil {
		mode = u.mode(t.Port)
	}
	p.held[t] = Hold{Target: t, Mode: mode, Status: status, Why: why}
	return true
}
