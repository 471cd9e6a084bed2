package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// Data implements View: a MigrationStatus.
func (v Migration) Data() any {
	mesh, namespaces := migrate.Roll(v.Workloads)
	out := wire.MigrationStatus{
		APIVersion: wire.APIVersion, Kind: "MigrationStatus", Whole: true, Scope: filled(v.Scope), DeclaredCalls: len(declared.In(v.Mesh).All()),
		Totals: totalsOfRollup(mesh), Namespaces: []wire.MigrationTotals{}, Blockers: []wire.MigrationBlocker{}, Applied: newApplied(v.Applied), Progress: []wire.MigrationProgress{}, Items: []wire.MigrationItem{},
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
	for _, r := range v.rows() {
		if n := len(out.Items); n == 0 || !sameItem(&out.Items[n-1], r.Workload) {
			out.Items = append(out.Items, newMigrationItem(r.Workload))
		}
		last := &out.Items[len(out.Items)-1]
		last.Ports = append(last.Ports, newMigrationPort(r.Port))
	}
	return out
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

func sameItem(i *wire.MigrationItem, w *migrate.Workload) bool {
	return i.Namespace == w.Ref.Namespace && i.Name == w.Ref.Name && i.Kind == string(w.Ref.Kind) && i.Variant == w.Variant && i.Cluster == w.Cluster
}

func newMigrationItem(w *migrate.Workload) wire.MigrationItem {
	return wire.MigrationItem{Namespace: w.Ref.Namespace, Name: w.Ref.Name, Kind: string(w.Ref.Kind), Cluster: w.Cluster, Variant: w.Variant, Stage: w.Stage.String(), Status: w.Status.String(), Ports: []wire.MigrationPort{}}
}

func newMigrationPort(p *migrate.Port) wire.MigrationPort {
	leaf := p.Path.Leaf
	out := wire.MigrationPort{
		Port: p.Advice.Port.Number, Mode: p.Advice.Port.Decision.Mode.String(), Stage: p.Stage.String(), Status: p.Status.String(), Next: p.Stage.Next(),
		Fits: leaf.Mode.String(), Leaf: leaf.ID, Recommendation: leaf.Text, Path: []wire.MigrationStep{}, Obstacles: []wire.MigrationObstacle{},
		Open: newReasons(p.Open), Waiting: newReasons(p.Wait),
	}
	for _, s := range p.Path.Steps {
		out.Path = append(out.Path, wire.MigrationStep{Question: s.Question.ID, Answer: s.Answer.String(), Because: newReasons(s.Because)})
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
