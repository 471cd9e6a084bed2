package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
)

func newPlanWave(p *plan.Plan, w *plan.Wave, files plan.Files) PlanWave {
	g := p.Guide(w)
	out := PlanWave{
		Number: w.Number, Kind: w.Kind.String(), Folder: w.Folder(), What: g.What, Why: g.Why,
		Changes: []PlanChange{}, Strict: []PlanTarget{}, Opens: []PlanTarget{}, Restarts: refsOf(w.Joining), Conditions: []PlanCondition{},
		Manifests: newPlanManifests("", files.Forth), Rollback: newPlanManifests("rollback/", files.Back),
		Preconditions: newPlanSteps(g.Before), Diff: newPlanSteps(g.Look), Apply: newPlanSteps(g.Apply), Verification: newPlanSteps(g.Verify),
		Queries: []PlanQuery{}, Watch: g.Watch, Symptoms: []PlanSymptom{}, RollbackSteps: newPlanSteps(g.Rollback),
	}
	for i := range w.Changes {
		c := &w.Changes[i]
		out.Changes = append(out.Changes, PlanChange{c.How.String(), refOf(c.Ref()), c.What, c.Why})
	}
	for _, t := range w.Opens {
		out.Opens = append(out.Opens, newPlanTarget(t))
	}
	for _, t := range w.Strict {
		out.Strict = append(out.Strict, newPlanTarget(t))
	}
	for _, c := range w.Wait {
		out.Conditions = append(out.Conditions, PlanCondition{newReason(c.Reason), c.Ports, refsOf(c.Objects)})
	}
	for _, q := range g.Queries {
		out.Queries = append(out.Queries, PlanQuery(q))
	}
	for _, s := range g.Symptoms {
		out.Symptoms = append(out.Symptoms, PlanSymptom{s.Sees, s.Cause, s.Do})
	}
	return out
}

func newPlanManifests(folder string, all []plan.Manifest) []PlanManifest {
	out := make([]PlanManifest, 0, len(all))
	for _, m := range all {
		file := folder + m.Verb.File()
		out = append(out, PlanManifest{file, m.Verb.Command(file), m.Text})
	}
	return out
}

func newPlanSteps(all []plan.Step) []PlanStep {
	out := make([]PlanStep, 0, len(all))
	for _, s := range all {
		out = append(out, PlanStep{s.Text, append([]string{}, s.Commands...)})
	}
	return out
}
