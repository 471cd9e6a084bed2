package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan/runbook"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// list is the plan in its wire form; without all it has what a screen shows, and neither the
// runbook nor files.
func (v Plan) list(all bool) *wire.MigrationPlan {
	p := v.Plan
	out := &wire.MigrationPlan{
		APIVersion: wire.APIVersion, Kind: "MigrationPlan", Whole: true, Scope: filled(v.Scope), ID: p.ID, DeclaredCalls: v.Declared,
		Options: wire.PlanOptions{To: toOf(p), Scope: p.Options.Scope.String(), MaxWave: p.Options.MaxWave, Inject: p.Options.Join.String()},
		Before:  totalsOfRollup(p.Before), After: totalsOfRollup(p.After),
		Applied: newApplied(p.Applied), NoMesh: p.NoMesh, Holds: []wire.PlanHold{}, Refused: []wire.PlanHold{}, Failing: p.Failing, Out: v.Out, Blocked: p.Blocked(), Opening: []wire.PlanSection{}, Closing: []wire.PlanSection{}, Items: []wire.PlanWave{},
		Proof: wire.PlanProof{Calls: p.Proof.Calls, Known: p.Proof.Known, States: p.Proof.States, Failed: append([]string{}, p.Proof.Failed...)},
	}
	if p.Options.Ambient {
		out.Ambient = &wire.PlanCrossed{Workloads: p.Crossed.All, Before: p.Crossed.Before, After: p.Crossed.After}
	}
	if t := p.Options.Trust; !t.None() {
		out.Trust = &wire.PlanTrust{From: t.From, To: t.To, Planes: []wire.PlanPlane{}}
		for _, plane := range p.Planes {
			out.Trust.Planes = append(out.Trust.Planes, wire.PlanPlane{Revision: plane.Revision, Object: refOf(plane.Source), TrustDomain: plane.Domain, Aliases: append([]string{}, plane.Aliases...)})
		}
	}
	if p.Upgrade != nil {
		out.Upgrade = newPlanUpgrade(p.Upgrade)
	}
	if v.Evidence != nil {
		out.Evidence = newMigrationEvidence(v.Evidence)
	}
	for _, h := range p.Holds {
		out.Holds = append(out.Holds, newPlanHold(h))
	}
	for _, h := range p.Refused {
		out.Refused = append(out.Refused, newPlanHold(h))
	}
	if all && len(p.Waves) > 0 {
		out.Opening, out.Closing = newPlanSections(runbook.Opening(p)), newPlanSections(runbook.Closing(p))
	}
	for i := range p.Waves {
		var files runbook.Files
		if i < len(v.Files) { // they are made for who reads them
			files = v.Files[i]
		}
		out.Items = append(out.Items, newPlanWave(p, &p.Waves[i], files, all))
	}
	return out
}

// toAmbient is the word for the way from sidecars to ambient.
const toAmbient = "AMBIENT"

// toTrust is the word for the way to another trust domain.
const toTrust = "TRUST-DOMAIN"

// toOf is where a plan leads.
func toOf(p *plan.Plan) string {
	switch {
	case p.Options.Ambient:
		return toAmbient
	case !p.Options.Trust.None():
		return toTrust
	}
	return p.Options.To.String()
}

func newPlanHold(h plan.Hold) wire.PlanHold {
	return wire.PlanHold{PlanTarget: newPlanTarget(h.Target), Mode: h.Mode.String(), Status: h.Status.String(), Why: newReasons(h.Why)}
}

func newPlanSections(all []runbook.Section) []wire.PlanSection {
	out := make([]wire.PlanSection, 0, len(all))
	for _, s := range all {
		out = append(out, wire.PlanSection{Title: s.Title, Text: append([]string{}, s.Text...), Steps: newPlanSteps(s.Steps)})
	}
	return out
}

func newPlanTarget(t plan.Target) wire.PlanTarget {
	return wire.PlanTarget{Workload: refOf(t.Workload), Port: t.Port}
}

func newApplied(all []plan.Applied) []wire.PlanApplied {
	out := make([]wire.PlanApplied, 0, len(all))
	for _, a := range all {
		out = append(out, wire.PlanApplied{Plan: a.Plan, Wave: a.Wave, Objects: refsOf(a.Objects)})
	}
	return out
}
