package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan/runbook"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// newPlanWave is a wave in its wire form. A screen shows no guide and no files: they are left
// out unless all is wanted.
func newPlanWave(p *plan.Plan, w *plan.Wave, files runbook.Files, all bool) wire.PlanWave {
	g := runbook.Guide{What: runbook.What(w), Why: runbook.Why(w)}
	if all {
		g = runbook.GuideOf(p, w)
	}
	out := wire.PlanWave{
		Number: w.Number, Kind: w.Kind.String(), Folder: runbook.Folder(w), What: g.What, Why: g.Why,
		Changes: []wire.PlanChange{}, Strict: []wire.PlanTarget{}, Opens: []wire.PlanTarget{}, Restarts: refsOf(w.Joining), Conditions: newPlanConditions(w.Wait), Notes: newPlanConditions(w.Notes),
		Manifests: newPlanManifests("", files.Forth), Rollback: newPlanManifests("rollback/", files.Back),
		Preconditions: newPlanSteps(g.Before), Diff: newPlanSteps(g.Look), Apply: newPlanSteps(g.Apply), Verification: newPlanSteps(g.Verify),
		Queries: []wire.PlanQuery{}, Watch: g.Watch, Symptoms: []wire.PlanSymptom{}, RollbackSteps: newPlanSteps(g.Rollback),
	}
	for i := range w.Changes {
		c := &w.Changes[i]
		out.Changes = append(out.Changes, wire.PlanChange{How: c.How.String(), Object: refOf(c.Ref()), What: c.What, Why: c.Why})
	}
	for _, t := range w.Opens {
		out.Opens = append(out.Opens, newPlanTarget(t))
	}
	for _, t := range w.Strict {
		out.Strict = append(out.Strict, newPlanTarget(t))
	}
	for _, q := range g.Queries {
		out.Queries = append(out.Queries, wire.PlanQuery(q))
	}
	for _, s := range g.Symptoms {
		out.Symptoms = append(out.Symptoms, wire.PlanSymptom{Symptom: s.Sees, Cause: s.Cause, Do: s.Do})
	}
	return out
}

func newPlanConditions(all []plan.Condition) []wire.PlanCondition {
	out := make([]wire.PlanCondition, 0, len(all))
	for _, c := range all {
		out = append(out, wire.PlanCondition{MigrationReason: newReason(c.Reason), Says: runbook.Said(&c), Ports: c.Ports, Objects: refsOf(c.Objects)})
	}
	return out
}

func newPlanManifests(folder string, all []runbook.Manifest) []wire.PlanManifest {
	out := make([]wire.PlanManifest, 0, len(all))
	for _, m := range all {
		file := folder + m.Verb.File()
		out = append(out, wire.PlanManifest{File: file, Command: m.Verb.Command(file), Text: m.Text})
	}
	return out
}

func newPlanSteps(all []runbook.Step) []wire.PlanStep {
	out := make([]wire.PlanStep, 0, len(all))
	for _, s := range all {
		out = append(out, wire.PlanStep{Text: s.Text, Commands: append([]string{}, s.Commands...)})
	}
	return out
}
