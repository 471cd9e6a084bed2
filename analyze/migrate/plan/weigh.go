package plan

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// weigh decides for every port whether the plan may lead it to STRICT, from what is
// known of it today, and who has to join the mesh for that.
func (p *planner) weigh() {
	for _, w := range p.start.mesh.Workloads() {
		if w.Membership.Dataplane == resolve.DataplaneSidecar {
			p.meshed[w.Ref.Namespace] = true
		}
	}
	var workloads []*inbound.Workload
	for u := range p.start.each {
		if p.touches(u) {
			workloads = append(workloads, u.variants...)
		}
	}
	for _, advices := range p.start.advice(&p.Options).Workloads(workloads) {
		for _, advice := range advices {
			p.weighPort(advice)
		}
	}
	for u := range p.start.each {
		p.weighDisplaced(u)
	}
}

func (p *planner) weighPort(a *advise.Advice) {
	t := Target{a.Workload.Ref, a.Port.Number}
	if !slices.Contains(p.known[t.Workload], t.Port) {
		p.known[t.Workload] = append(p.known[t.Workload], t.Port)
	}
	if mode := a.Port.Decision.Mode; mode != resolve.Unknown && mode.Refuses() >= p.To.Refuses() {
		p.weighRefusals(a)
		return
	}
	if ns := t.Workload.Namespace; p.start.mesh.Hides(ns) {
		p.hold(t, migrate.Blocked, advise.Reason{Text: "istiod does not read namespace " + ns + ": the mesh configuration's discoverySelectors exclude it", Fix: "include the namespace in discoverySelectors"})
		return
	}
	if a.Port.Decision.Mode == resolve.Disable && first(a.Port) {
		p.hold(t, migrate.Blocked, advise.Reason{
			Text: "it is DISABLE, and its server sends first: while it is PERMISSIVE on the way to STRICT, plaintext clients hang", By: a.Port.Decision.By, Position: a.Port.Decision.Position(),
			Fix: "none: keep it as an exception in .mtlsctl.yaml, or change it while there are no calls",
		})
		return
	}
	var stays []advise.Reason
	for _, o := range a.Obstacles {
		if o.Kind == advise.Exempt {
			p.hold(t, migrate.Excepted, o.Reason)
			return
		}
		if r := p.stays(a, &o); r != nil {
			stays = append(stays, *r)
		}
	}
	open := slices.DeleteFunc(slices.Clone(a.Open), func(r advise.Reason) bool { return r.OfRecord })
	switch {
	case len(stays) > 0:
		p.hold(t, migrate.Blocked, stays...)
	case len(open) > 0 && p.To == resolve.Strict:
		p.hold(t, migrate.Undecided, open...)
	case a.Port.Decision.Mode == resolve.Unknown:
		p.hold(t, migrate.Undecided, advise.Reason{Text: "its mode is unknown: " + words.Because(a.Port.Decision.Why), By: a.Port.Decision.By, Position: a.Port.Decision.Position(), Fix: "complete the input"})
	default:
		p.invite(a)
	}
}

// weighRefusals notes who is known to call a STRICT port without a certificate.
func (p *planner) weighRefusals(a *advise.Advice) {
	if a.Port.Decision.Mode != resolve.Strict {
		return
	}
	h := Hold{Target: Target{a.Workload.Ref, a.Port.Number}, Mode: resolve.Strict, Status: migrate.Blocked}
	for _, o := range a.Obstacles {
		if o.Kind == advise.Exempt || o.Kind == advise.Probe || o.Guessed { // a probe is mostly led through the agent
			continue
		}
		r := o.Reason
		if o.Special && o.Kind != advise.Scrape && o.Kind != advise.Peers {
			r.Fix = fmt.Sprintf("%s; accept the risk: make port %d PERMISSIVE with portLevelMtls", o.Kind.SafeWay(), a.Port.Number)
		}
		h.Why = append(h.Why, r)
	}
	if len(h.Why) > 0 && !slices.ContainsFunc(p.refused, func(o Hold) bool { return o.Target == h.Target }) {
		p.refused = append(p.refused, h)
	}
}

// stays is why an obstacle is nothing that the plan could remove, nil where it may: what
// becomes of rules and gates, the proof finds.
func (p *planner) stays(a *advise.Advice, o *advise.Obstacle) *advise.Reason {
	why := ""
	switch o.Kind {
	case advise.NoSidecar:
		why = p.mayJoin(p.start.unit(a.Workload.Ref), false)
	case advise.NoSidecarEver:
	case advise.NakedClient:
		if p.To == resolve.Permissive {
			return nil
		}
		if o.Client != nil && o.Joins == advise.Yes {
			why = p.mayJoin(p.start.unit(o.Client.Ref), true)
		} else {
			return &o.Reason
		}
	case advise.ClientRule, advise.Gate, advise.Hidden:
		return nil
	case advise.Plaintext:
		if p.explained(o.Client, a) {
			return nil
		}
	default:
		if p.To == resolve.Permissive {
			return nil
		}
	}
	if why == "" && (o.Kind == advise.NoSidecar || o.Kind == advise.NakedClient) {
		return nil
	}
	r := o.Reason
	if why != "" {
		r.Fix = why
	}
	return &r
}

// invite notes who has to have a sidecar for a port to be STRICT.
func (p *planner) invite(a *advise.Advice) {
	t := Target{a.Workload.Ref, a.Port.Number}
	p.needs[t] = nil
	for _, o := range a.Obstacles {
		switch {
		case o.Kind == advise.NoSidecar:
			p.needs[t] = append(p.needs[t], a.Workload.Ref)
		case o.Kind == advise.NakedClient && p.To == resolve.Strict:
			p.needs[t] = append(p.needs[t], o.Client.Ref)
		}
	}
}

// invited are those whom ports need that are not held.
func (p *planner) invited() {
	clear(p.joins)
	for t, refs := range p.needs {
		if _, held := p.held[t]; held {
			continue
		}
		for _, ref := range refs {
			p.joins[ref] = true
		}
	}
}

// explained reports plaintext that was seen because of something that the plan changes, or
// that an earlier run of it has changed: the client sent it by a rule, or could not do
// otherwise.
func (p *planner) explained(client *inbound.Workload, a *advise.Advice) bool {
	if client == nil {
		return false
	}
	u, server := p.start.unit(client.Ref), p.start.unit(a.Workload.Ref)
	switch {
	case u == nil || server == nil:
		return false
	case u.dataplane() == resolve.DataplaneNone, server.dataplane() == resolve.DataplaneNone:
		return true
	case p.start.planned(u.ref), p.start.planned(server.ref):
		return true
	}
	for _, step := range server.variants[0].Chain.Steps {
		if step.Applies && p.start.planned(step.By) {
			return true
		}
	}
	return p.sentPlain(u, a)
}

// sentPlain reports whether the client's proxy sends plaintext to the port, or did before
// an earlier run mended its rule.
func (p *planner) sentPlain(u *unit, a *advise.Advice) bool {
	class := p.start.calling().classes[u.variants[0]]
	if class == nil {
		return false
	}
	for _, h := range p.start.hostsOf(a.Workload.Ref) {
		for c := range p.start.mesh.Calls(class, h) {
			if c.Server == nil || c.Server.Workload == nil || c.Server.Workload.Ref != a.Workload.Ref || c.Server.Port != a.Port.Number {
				continue
			}
			if c.Sends.TLS == resolve.SendsPlaintext || c.Rule != nil && p.start.planned(c.Rule.Ref) {
				return true
			}
		}
	}
	return false
}

// planned reports an object that a plan has changed.
func (s *state) planned(ref resolve.Ref) bool {
	o, there := s.mesh.Input(ref)
	return there && o.Value.GetLabels()[PlanLabel] != ""
}
