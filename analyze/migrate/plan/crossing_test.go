package plan_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan/runbook"
	"github.com/mtlsctl/mtlsctl/resolve"
)

func crossings(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(testdata, "plan", "ambient", "*.yaml"))
	if err != nil || len(files) < 12 {
		t.Fatal(files, err)
	}
	return files
}

var toAmbient = plan.Options{Ambient: true}

// toldCrossing is a plan to ambient in a few lines.
func toldCrossing(p *plan.Plan) string {
	var b strings.Builder
	b.WriteString(told(p))
	for _, w := range p.Waves {
		for _, n := range w.Notes {
			fmt.Fprintf(&b, "after %d: %s\n", w.Number, runbook.Said(&n))
		}
	}
	fmt.Fprintf(&b, "ambient: %d -> %d of %d\n", p.Crossed.Before, p.Crossed.After, p.Crossed.All)
	return b.String()
}

// TestCrossingStories plans the way to ambient from small worlds, each about one trap.
func TestCrossingStories(t *testing.T) {
	for _, file := range crossings(t) {
		golden := strings.TrimSuffix(file, ".yaml") + ".txt"
		got := toldCrossing(plan.New(worldOf(t, file), toAmbient))
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

// TestCrossingGoesOn: after each wave the plan goes on with the rest, and ends at the same place.
func TestCrossingGoesOn(t *testing.T) {
	for _, file := range crossings(t) {
		w := worldOf(t, file)
		whole := plan.New(w, toAmbient)
		for i, wave := range whole.Waves {
			w.Objects, _ = wave.Model().To(w.Objects)
			w.Mesh = resolved(w.Objects)
			rest := plan.New(w, toAmbient)
			if got, want := kinds(rest.Waves), kinds(whole.Waves[i+1:]); got != want {
				t.Errorf("%s: after wave %d the waves are %q, want %q\n%s", file, wave.Number, got, want, told(rest))
			}
			if rest.Crossed.After != whole.Crossed.After {
				t.Errorf("%s: after wave %d, %d workloads end in ambient, want %d", file, wave.Number, rest.Crossed.After, whole.Crossed.After)
			}
		}
	}
}

// TestCrossingBack: taken back from the last wave to the first, everything is as it was.
func TestCrossingBack(t *testing.T) {
	for _, file := range crossings(t) {
		w := worldOf(t, file)
		p, objects := plan.New(w, toAmbient), w.Objects
		for i := range p.Waves {
			objects, _ = p.Waves[i].Model().To(objects)
		}
		for i := range slices.Backward(p.Waves) {
			undo := plan.Wave{Changes: p.Waves[i].Undo()}
			objects, _ = undo.Model().To(objects)
		}
		d := diff.Compare(diff.Side{Mesh: w.Mesh}, diff.Side{Mesh: resolved(objects)}, diff.ObjectsNamed(refsOf(p)), func(string) bool { return true })
		if !d.Empty() {
			t.Errorf("%s: taken back, %d calls, %d ports and %d workloads are not as they were", file, len(d.Calls), len(d.Ports), len(d.Workloads))
		}
	}
}

func refsOf(p *plan.Plan) (out []resolve.Ref) {
	for i := range p.Waves {
		for j := range p.Waves[i].Changes {
			out = append(out, p.Waves[i].Changes[j].Ref())
		}
	}
	return out
}

// TestCrossingShuffled: the order of the input changes no byte of the plan, and no wave is larger
// than it may be.
func TestCrossingShuffled(t *testing.T) {
	for _, file := range crossings(t) {
		w, o := worldOf(t, file), plan.Options{Ambient: true, MaxWave: 1}
		first := plan.New(w, o)
		for _, wave := range first.Waves {
			if len(wave.Joining) > 1 {
				t.Errorf("%s: wave %d restarts %d workloads, want at most 1", file, wave.Number, len(wave.Joining))
			}
		}
		for seed := range uint64(3) {
			objects := slices.Clone(w.Objects)
			rand.New(rand.NewPCG(seed, 1)).Shuffle(len(objects), func(i, j int) { objects[i], objects[j] = objects[j], objects[i] })
			if got, want := toldCrossing(plan.New(plan.World{Objects: objects, Mesh: resolved(objects)}, o)), toldCrossing(first); got != want {
				t.Errorf("%s: in another order the plan is\n%swant\n%s", file, got, want)
			}
		}
	}
}

// TestCrossingStops: who no longer wants a plan gets none.
func TestCrossingStops(t *testing.T) {
	asked := 0
	p := plan.New(worldOf(t, filepath.Join(testdata, "plan", "ambient", "namespace.yaml")), plan.Options{Ambient: true, Progress: func(int, int, plan.Kind) bool {
		asked++
		return asked < 4
	}})
	if len(p.Waves) > 0 || asked != 4 {
		t.Errorf("%d waves after the fourth of %d questions was answered no", len(p.Waves), asked)
	}
}

// TestCrossingIsNeeded: without the waves that prepare it, moving does what they are for.
func TestCrossingIsNeeded(t *testing.T) {
	for _, story := range []string{"open-port", "empty-selector", "http-waypoint"} {
		w := worldOf(t, filepath.Join(testdata, "plan", "ambient", story+".yaml"))
		p, objects := plan.New(w, toAmbient), w.Objects
		for i := range p.Waves {
			if p.Waves[i].Kind == plan.Enrol {
				objects, _ = p.Waves[i].Model().To(objects)
			}
		}
		d := diff.Compare(diff.Side{Mesh: w.Mesh}, diff.Side{Mesh: resolved(objects)}, diff.ObjectsNamed(refsOf(p)), func(string) bool { return true })
		if e, ok := d.Worst(); !ok || !e.Worse() {
			t.Errorf("%s: unprepared, nothing gets worse: the story shows nothing", story)
		}
	}
}
