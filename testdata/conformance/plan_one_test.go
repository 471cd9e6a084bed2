package conformance

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
)

// TestPlan tells the plan of one seed and shrinks the world in which it does harm:
// PLAN=seed, or "seed file" for the plan of a world that was shrunk before.
func TestPlan(t *testing.T) {
	word, file, _ := strings.Cut(os.Getenv("PLAN"), " ")
	if word == "" {
		t.Skip("PLAN is not set")
	}
	seed, err := strconv.ParseUint(word, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	w := generatePlan(seed)
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if w, err = parseWorld(string(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := setEnvironment(w.environment()); err != nil {
		t.Fatal(err)
	}
	k, err := walkPlan(w, planOptions(seed))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s\n%s", toldOptions(planOptions(seed)), toldPlan(k.plan))
	if len(k.harms) == 0 {
		return
	}
	for _, h := range k.harms {
		t.Error(h)
	}
	small, h := shrunkPlan(w, planOptions(seed), k.harms[0].kind, shrinkDocuments)
	k, err = walkPlan(small, planOptions(seed))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the smallest world that still does it: %v\n%s\n%s", h, toldPlan(k.plan), small.YAML())
}

// toldPlan is a plan in a line for each wave and hold.
func toldPlan(p *plan.Plan) string {
	var lines []string
	for i := range p.Waves {
		lines = append(lines, told(&p.Waves[i]))
	}
	for _, h := range p.Holds {
		lines = append(lines, strings.TrimSpace(strings.Join([]string{"held", h.Workload.String(), strconv.Itoa(int(h.Port)), h.Mode.String(), h.Status.String(), h.Why[0].Text}, " ")))
	}
	return strings.Join(append(lines, p.Proof.Failed...), "\n")
}
