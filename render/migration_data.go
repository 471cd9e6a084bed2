package render

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// status is the report in its wire form.
func (v Migration) status() *wire.MigrationStatus {
	mesh, namespaces := migrate.Roll(v.Workloads)
	out := &wire.MigrationStatus{
		APIVersion: wire.APIVersion, Kind: "MigrationStatus", Whole: true, Scope: filled(v.Scope), DeclaredCalls: len(declared.In(v.Mesh).All()), Explain: v.Explain,
		Totals: totalsOfRollup(mesh), Namespaces: []wire.MigrationTotals{}, Blockers: []wire.MigrationBlocker{}, Applied: newApplied(v.Applied), Progress: []wire.MigrationProgress{},
		Workloads: []wire.Ref{}, Notes: v.hints(), Items: []wire.MigrationItem{},
	}
	if v.Evidence != nil {
		out.Evidence = newMigrationEvidence(v.Evidence)
	}
	for _, n := range namespaces {
		out.Namespaces = append(out.Namespaces, totalsOfRollup(n))
	}
	for _, b := range migrate.Blockers(v.Workloads) {
		out.Blockers = append(out.Blockers, wire.MigrationBlocker{Kind: string(b.Kind), Ports: b.Ports, Example: refOf(b.At.Ref), Fix: b.Example.Fix})
	}
	for _, p := range v.Progress {
		out.Progress = append(out.Progress, wire.MigrationProgress{Time: timeText(p.Time), Ports: p.Ports, Score: p.Score})
	}
	for i := range v.Workloads {
		w := &v.Workloads[i]
		out.Workloads = append(out.Workloads, refOf(w.Ref))
		if item := v.item(w); len(item.Ports) > 0 {
			out.Items = append(out.Items, item)
		}
	}
	return out
}

// item is a workload with the ports that are shown.
func (v Migration) item(w *migrate.Workload) wire.MigrationItem {
	item := wire.MigrationItem{
		Namespace: w.Ref.Namespace, Name: w.Ref.Name, Kind: string(w.Ref.Kind), Cluster: w.Cluster, Variant: w.Variant, Stage: w.Stage.String(), Status: w.Status.String(),
		Pods: w.Pods, PodsOf: w.PodsOf, Recommendation: advise.Summary(w.Advices()), PortsOf: len(w.Ports), Ports: []wire.MigrationPort{},
	}
	for i := range w.Ports {
		if p := &w.Ports[i]; len(v.Only) == 0 || slices.Contains(v.Only, p.Status) {
			item.Ports = append(item.Ports, v.port(p))
		}
	}
	return item
}

func totalsOfRollup(r migrate.Rollup) wire.MigrationTotals {
	n := r.ByStatus
	return wire.MigrationTotals{Namespace: r.Namespace, Ports: r.Ports, Strict: n[migrate.Done], Excepted: n[migrate.Excepted], Ready: n[migrate.Ready], Waiting: n[migrate.Waiting], Unknown: n[migrate.Undecided], Blocked: n[migrate.Blocked], Leaves: leavesOf(r), Score: r.Score()}
}

// leavesOf has a count for each leaf.
func leavesOf(r migrate.Rollup) map[string]int {
	out := map[string]int{}
	for _, leaf := range advise.Leaves {
		out[leaf.ID] = r.ByLeaf[leaf.ID]
	}
	return out
}

func (v Migration) port(p *migrate.Port) wire.MigrationPort {
	leaf := p.Path.Leaf
	out := wire.MigrationPort{
		Port: p.Advice.Port.Number, Mode: p.Advice.Port.Decision.Mode.String(), ModeIfMeshed: modeIfMeshed(&p.Advice.Port.Decision), Services: newServices(p.Advice.Port),
		Stage: p.Stage.String(), Status: p.Status.String(), Next: p.Stage.Next(), Because: newReasons(p.Reasons()), Fixes: append([]string{}, p.Fixes()...), Failures: []string{},
		Fits: leaf.Mode.String(), Leaf: leaf.ID, Recommendation: leaf.Text, Short: leaf.Short, Path: []wire.MigrationStep{}, Obstacles: []wire.MigrationObstacle{},
		Open: newReasons(p.Open), Waiting: newReasons(p.Wait),
	}
	for _, f := range p.Failures {
		out.Failures = append(out.Failures, callerText(v.Mesh, f.Client)+": "+observed{v.Evidence}.failure(f))
	}
	for _, s := range p.Path.Steps {
		out.Path = append(out.Path, wire.MigrationStep{Question: s.Question.ID, Text: s.Question.Text, Answer: s.Answer.String(), Because: newReasons(s.Because)})
	}
	for _, o := range p.Obstacles {
		out.Obstacles = append(out.Obstacles, wire.MigrationObstacle{Kind: string(o.Kind), MigrationReason: newReason(o.Reason)})
	}
	return out
}

func newMigrationEvidence(e *evidence.Evidence) *wire.MigrationEvidence {
	t := e.Traffic()
	return &wire.MigrationEvidence{Source: t.Source, From: timeText(t.From), To: timeText(t.To), Edges: len(t.Edges), Missing: append([]string{}, t.Missing...)}
}

func newReasons(all []advise.Reason) []wire.MigrationReason {
	out := make([]wire.MigrationReason, 0, len(all))
	for _, r := range all {
		out = append(out, newReason(r))
	}
	return out
}

func newReason(r advise.Reason) wire.MigrationReason {
	return wire.MigrationReason{Text: r.Text, By: refOrNull(r.By), Position: positionOf(r.Position), Fix: r.Fix}
}
