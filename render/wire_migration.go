package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// MigrationStatus is the data of migrate-plan --status and --explain. No array is null.
type MigrationStatus struct {
	APIVersion string `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string `json:"kind" jsonschema:"enum=MigrationStatus"`
	Scope      Scope  `json:"scope"`
	// Evidence is the record of traffic, null where nobody looked; declaredCalls are
	// those that configuration speaks of.
	Evidence      *MigrationEvidence `json:"evidence" jsonschema:"nullable"`
	DeclaredCalls int                `json:"declaredCalls"`
	Totals        MigrationTotals    `json:"totals"`
	Namespaces    []MigrationTotals  `json:"namespaces"`
	Blockers      []MigrationBlocker `json:"blockers"`
	// Applied are waves of migrate-plan that the input has.
	Applied  []PlanApplied       `json:"applied"`
	Progress []MigrationProgress `json:"progress"`
	Items    []MigrationItem     `json:"items"`
}

// MigrationEvidence is a record of traffic, in short.
type MigrationEvidence struct {
	Source string `json:"source"`
	From   string `json:"from"`
	To     string `json:"to"`
	Edges  int    `json:"edges"`
	// Missing is why the record is not whole.
	Missing []string `json:"missing"`
}

// MigrationTotals counts ports by status; namespace is "" for all.
type MigrationTotals struct {
	Namespace string `json:"namespace"`
	Ports     int    `json:"ports"`
	Strict    int    `json:"strict"`
	Excepted  int    `json:"excepted"`
	Ready     int    `json:"ready"`
	Waiting   int    `json:"waiting"`
	Unknown   int    `json:"unknown"`
	Blocked   int    `json:"blocked"`
	// Leaves counts where the paths through the decision tree end, by leaf.
	Leaves map[string]int `json:"leaves"`
	Score  float64        `json:"score"`
}

// MigrationBlocker is a kind of obstacle, and how many ports it keeps from STRICT.
type MigrationBlocker struct {
	Kind  string `json:"kind"`
	Ports int    `json:"ports"`
	// Example is the first of them, and fix what helps there.
	Example Ref    `json:"example"`
	Fix     string `json:"fix"`
}

// MigrationProgress is an earlier score.
type MigrationProgress struct {
	Time  string  `json:"time"`
	Ports int     `json:"ports"`
	Score float64 `json:"score"`
}

// MigrationItem is one workload, or one variant of it.
type MigrationItem struct {
	Namespace string          `json:"namespace"`
	Name      string          `json:"name"`
	Kind      string          `json:"kind"`
	Cluster   string          `json:"cluster"`
	Variant   int             `json:"variant"`
	Stage     string          `json:"stage"`
	Status    string          `json:"status" jsonschema:"enum=STRICT,enum=EXCEPTED,enum=READY,enum=WAITING,enum=UNKNOWN,enum=BLOCKED"`
	Ports     []MigrationPort `json:"ports"`
}

// MigrationPort is one port: where it stands, and the way through the decision tree.
type MigrationPort struct {
	Port   int32  `json:"port"`
	Mode   string `json:"mode" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE,enum=NONE,enum=UNKNOWN"`
	Stage  string `json:"stage" jsonschema:"enum=no sidecar,enum=sidecar deployed,enum=PERMISSIVE,enum=clients moved,enum=no plaintext seen,enum=STRICT,enum=verified"`
	Status string `json:"status" jsonschema:"enum=STRICT,enum=EXCEPTED,enum=READY,enum=WAITING,enum=UNKNOWN,enum=BLOCKED"`
	// Next is what leads to the next stage, "" at the end.
	Next string `json:"next"`
	// Fits is the mode that fits, leaf where the path ends, recommendation in words.
	Fits           string              `json:"fits" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE"`
	Leaf           string              `json:"leaf" jsonschema:"enum=strict,enum=migrate,enum=port,enum=disable,enum=open,enum=settle"`
	Recommendation string              `json:"recommendation"`
	Path           []MigrationStep     `json:"path"`
	Obstacles      []MigrationObstacle `json:"obstacles"`
	// Open is what nobody can tell, waiting what only time will.
	Open    []MigrationReason `json:"open"`
	Waiting []MigrationReason `json:"waiting"`
}

// MigrationStep is one question of the decision tree, and its answer.
type MigrationStep struct {
	Question string            `json:"question"`
	Answer   string            `json:"answer" jsonschema:"enum=yes,enum=no,enum=unknown"`
	Because  []MigrationReason `json:"because"`
}

// MigrationObstacle is one reason why a port cannot be STRICT today.
type MigrationObstacle struct {
	Kind string `json:"kind"`
	MigrationReason
}

// MigrationReason is one piece of evidence: by is null where nothing is written.
type MigrationReason struct {
	Text     string   `json:"text"`
	By       *Ref     `json:"by" jsonschema:"nullable"`
	Position Position `json:"position"`
	Fix      string   `json:"fix"`
}

// Data implements View: a MigrationStatus.
func (v Migration) Data() any {
	mesh, namespaces := migrate.Roll(v.Workloads)
	out := MigrationStatus{
		APIVersion: APIVersion, Kind: "MigrationStatus", Scope: v.Scope.filled(), DeclaredCalls: len(declared.In(v.Mesh).All()),
		Totals: totalsOfRollup(mesh), Namespaces: []MigrationTotals{}, Blockers: []MigrationBlocker{}, Applied: newApplied(v.Applied), Progress: []MigrationProgress{}, Items: []MigrationItem{},
	}
	if v.Evidence != nil {
		out.Evidence = newMigrationEvidence(v.Evidence)
	}
	for _, n := range namespaces {
		out.Namespaces = append(out.Namespaces, totalsOfRollup(n))
	}
	for _, b := range migrate.Blockers(v.Workloads) {
		out.Blockers = append(out.Blockers, MigrationBlocker{string(b.Kind), b.Ports, refOf(b.At.Ref), b.Example.Fix})
	}
	for _, p := range v.Progress {
		out.Progress = append(out.Progress, MigrationProgress{timeText(p.Time), p.Ports, p.Score})
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

func totalsOfRollup(r migrate.Rollup) MigrationTotals {
	n := r.ByStatus
	return MigrationTotals{r.Namespace, r.Ports, n[migrate.Done], n[migrate.Excepted], n[migrate.Ready], n[migrate.Waiting], n[migrate.Undecided], n[migrate.Blocked], leavesOf(r), r.Score()}
}

// leavesOf has a count for each leaf.
func leavesOf(r migrate.Rollup) map[string]int {
	out := map[string]int{}
	for _, leaf := range advise.Leaves {
		out[leaf.ID] = r.ByLeaf[leaf.ID]
	}
	return out
}

func sameItem(i *MigrationItem, w *migrate.Workload) bool {
	return i.Namespace == w.Ref.Namespace && i.Name == w.Ref.Name && i.Kind == string(w.Ref.Kind) && i.Variant == w.Variant && i.Cluster == w.Cluster
}

func newMigrationItem(w *migrate.Workload) MigrationItem {
	return MigrationItem{w.Ref.Namespace, w.Ref.Name, string(w.Ref.Kind), w.Cluster, w.Variant, w.Stage.String(), w.Status.String(), []MigrationPort{}}
}

func newMigrationPort(p *migrate.Port) MigrationPort {
	leaf := p.Path.Leaf
	out := MigrationPort{
		Port: p.Advice.Port.Number, Mode: p.Advice.Port.Decision.Mode.String(), Stage: p.Stage.String(), Status: p.Status.String(), Next: p.Stage.Next(),
		Fits: leaf.Mode.String(), Leaf: leaf.ID, Recommendation: leaf.Text, Path: []MigrationStep{}, Obstacles: []MigrationObstacle{},
		Open: newReasons(p.Open), Waiting: newReasons(p.Wait),
	}
	for _, s := range p.Path.Steps {
		out.Path = append(out.Path, MigrationStep{s.Question.ID, s.Answer.String(), newReasons(s.Because)})
	}
	for _, o := range p.Obstacles {
		out.Obstacles = append(out.Obstacles, MigrationObstacle{string(o.Kind), newReason(o.Reason)})
	}
	return out
}

func newMigrationEvidence(e *evidence.Evidence) *MigrationEvidence {
	t := e.Traffic()
	return &MigrationEvidence{t.Source, timeText(t.From), timeText(t.To), len(t.Edges), append([]string{}, t.Missing...)}
}

func newReasons(all []advise.Reason) []MigrationReason {
	out := make([]MigrationReason, 0, len(all))
	for _, r := range all {
		out = append(out, newReason(r))
	}
	return out
}

func newReason(r advise.Reason) MigrationReason {
	return MigrationReason{r.Text, refOrNull(r.By), positionOf(r.Position), r.Fix}
}
