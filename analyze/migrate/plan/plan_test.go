package plan_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan/runbook"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

const testdata = "../../../testdata"

// worldOf reads files.
func worldOf(t testing.TB, files ...string) plan.World {
	t.Helper()
	in, err := source.Read(context.Background(), source.Options{Files: files})
	if err != nil {
		t.Fatal(err)
	}
	return plan.World{Objects: in.Objects, Mesh: resolved(in.Objects)}
}

func resolved(objects []resolve.Object) *mesh.Mesh {
	return mesh.Build(config.Options{Editable: true}, objects)
}

func recordOf(t testing.TB, file string) *evidence.Traffic {
	t.Helper()
	seen, err := traffic.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// told is a plan in a few lines.
func told(p *plan.Plan) string {
	var b strings.Builder
	for _, w := range p.Waves {
		fmt.Fprintf(&b, "%d %s: %d ports, %d join\n", w.Number, w.Kind, len(w.Strict), len(w.Joining))
		for i := range w.Changes {
			c := &w.Changes[i]
			fmt.Fprintf(&b, "  %s %s: %s (%s)\n", c.How, c.Ref(), c.What, c.Why)
		}
		for _, c := range w.Wait {
			fmt.Fprintf(&b, "  wait: %s (%d)\n", runbook.Said(&c), c.Ports)
		}
	}
	for _, h := range p.Holds {
		fmt.Fprintf(&b, "held %s:%d %s %s: %s\n", h.Workload, h.Port, h.Mode, h.Status, h.Why[0].Text)
	}
	for _, f := range p.Proof.Failed {
		fmt.Fprintf(&b, "failed: %s\n", f)
	}
	fmt.Fprintf(&b, "%.0f %% -> %.0f %%\n", p.Before.Score(), p.After.Score())
	return b.String()
}

var update = flag.Bool("update", false, "write the goldens of testdata/plan anew")

func stories(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(testdata, "plan", "*.yaml"))
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	return files
}

// TestStories plans small worlds, each about one thing that a plan has to do.
func TestStories(t *testing.T) {
	for _, file := range stories(t) {
		golden := strings.TrimSuffix(file, ".yaml") + ".txt"
		got := told(plan.New(worldOf(t, file), plan.Options{}))
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: the plan is\n%swant (go test ./analyze/migrate/plan -update)\n%s", file, got, want)
		}
	}
}

// TestGoesOn applies a plan wave by wave and plans anew after each: what is applied is
// recognised, the rest is what was left, and the end is the same.
func TestGoesOn(t *testing.T) {
	for _, file := range stories(t) {
		w := worldOf(t, file)
		whole := plan.New(w, plan.Options{})
		for i, wave := range whole.Waves {
			w.Objects, _ = wave.Model().To(w.Objects)
			w.Mesh = resolved(w.Objects)
			rest := plan.New(w, plan.Options{})
			if got, want := kinds(rest.Waves), kinds(whole.Waves[i+1:]); got != want {
				t.Errorf("%s: after wave %d the waves are %q, want %q\n%s", file, wave.Number, got, want, told(rest))
			}
			if rest.After.Score() != whole.After.Score() {
				t.Errorf("%s: after wave %d the plan ends at %.0f %%, want %.0f %%", file, wave.Number, rest.After.Score(), whole.After.Score())
			}
			if len(rest.Waves) > 0 && (rest.ID != whole.ID || rest.Waves[0].Number <= wave.Number && marks(wave)) {
				t.Errorf("%s: after wave %d the plan is %s from wave %d, want %s to go on", file, wave.Number, rest.ID, rest.Waves[0].Number, whole.ID)
			}
		}
	}
}

// marks reports a wave that leaves a trace: one that only deletes does not.
func marks(w plan.Wave) bool {
	return slices.ContainsFunc(w.Changes, func(c plan.Change) bool { return c.How != plan.Delete })
}

func kinds(waves []plan.Wave) string {
	var words []string
	for _, w := range waves {
		words = append(words, w.Kind.String())
	}
	return strings.Join(words, " ")
}

// TestShuffled: the order of the input changes no byte of the plan.
func TestShuffled(t *testing.T) {
	for _, file := range stories(t) {
		w := worldOf(t, file)
		want := told(plan.New(w, plan.Options{}))
		for seed := range uint64(5) {
			objects := slices.Clone(w.Objects)
			rand.New(rand.NewPCG(seed, 1)).Shuffle(len(objects), func(i, j int) { objects[i], objects[j] = objects[j], objects[i] })
			if got := told(plan.New(plan.World{Objects: objects, Mesh: resolved(objects)}, plan.Options{})); got != want {
				t.Errorf("%s: in another order the plan is\n%swant\n%s", file, got, want)
			}
		}
	}
}

// TestStops: who no longer wants a plan gets none, at once.
func TestStops(t *testing.T) {
	asked := 0
	p := plan.New(worldOf(t, filepath.Join(testdata, "plan", "rule.yaml")), plan.Options{Progress: func(int, int, plan.Kind) bool {
		asked++
		return asked < 3
	}})
	if len(p.Waves) > 0 || asked != 3 {
		t.Errorf("%d waves after the third of %d questions was answered no", len(p.Waves), asked)
	}
}

// TestReadyFirst: with a record, what it shows to be ready goes first, and what has to be
// watched waits, and says for what.
func TestReadyFirst(t *testing.T) {
	p := plan.New(worldOf(t, filepath.Join(testdata, "mesh", "market")), plan.Options{Traffic: recordOf(t, filepath.Join(testdata, "traffic", "market.csv"))})
	var strict []plan.Wave
	for _, w := range p.Waves {
		if len(w.Strict) > 0 {
			strict = append(strict, w)
		}
	}
	if len(strict) != 2 || len(strict[0].Wait) > 0 || len(strict[1].Wait) != 1 || !strings.Contains(runbook.Said(&strict[1].Wait[0]), "sent plaintext until") {
		t.Errorf("the second of two STRICT waves alone has to wait for what was seen; the plan is\n%s", told(p))
	}
}

// TestKeepsItsPromise: when all waves are applied, every port that counts is STRICT or
// held, and none is both.
func TestKeepsItsPromise(t *testing.T) {
	files := stories(t)
	for _, story := range []string{"bookinfo", "market", "shop"} {
		files = append(files, filepath.Join(testdata, "mesh", story))
	}
	for _, file := range files {
		for _, scope := range []plan.Scope{plan.MeshScope, plan.NamespaceScope, plan.WorkloadScope} {
			w := worldOf(t, file)
			p := plan.New(w, plan.Options{Scope: scope, MaxWave: int(scope)})
			held := map[plan.Target]bool{}
			for _, h := range p.Holds {
				held[h.Target] = true
			}
			for _, wave := range p.Waves {
				w.Objects, _ = wave.Model().To(w.Objects)
			}
			mesh := resolved(w.Objects)
			for _, one := range migrate.Assess(mesh, advise.New(mesh, advise.Options{}), nil) {
				for _, port := range one.Ports {
					strict := port.Advice.Port.Decision.Mode == resolve.Strict
					if at := (plan.Target{Workload: one.Ref, Port: port.Advice.Port.Number}); strict == held[at] {
						t.Errorf("%s, scope %s: %s:%d is STRICT: %t, held: %t; want one of the two", file, scope, one.Ref, at.Port, strict, held[at])
					}
				}
			}
		}
	}
}
