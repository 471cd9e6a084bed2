package render_test

import (
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan/runbook"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/resolve"
)

func holds(n int, status migrate.Status) []plan.Hold {
	var out []plan.Hold
	for i := range n {
		out = append(out, plan.Hold{
			Target: plan.Target{Workload: resolve.Ref{Kind: resolve.KindDeployment, Namespace: "shop", Name: "pay"}, Port: int32(8080 + i)}, Mode: resolve.Permissive, Status: status,
			Why: []advise.Reason{{Text: "a job calls it", Fix: "ask its owner"}},
		})
	}
	return out
}

func waiting(n int) []plan.Wave {
	policy := resolve.Object{Kind: resolve.KindPeerAuthentication, Value: &resolve.Controller{}}
	w := plan.Wave{Number: 3, Kind: plan.MeshWide, Changes: []plan.Change{{Is: policy, Why: "all is"}}}
	for range n {
		w.Wait = append(w.Wait, plan.Condition{Reason: advise.Reason{Text: "nobody looked", Fix: "look"}, Ports: 2})
	}
	return []plan.Wave{w}
}

// TestPlanSays: what is said of a plan is what it has, and no more.
func TestPlanSays(t *testing.T) {
	t.Parallel()
	strict := plan.Options{To: resolve.Strict}
	for _, c := range []struct {
		name string
		plan plan.Plan
		want []string
		not  string
	}{
		{"nothing", plan.Plan{Options: strict}, []string{"nothing to do: no port with a choice of mode"}, "--out"},
		{"done", plan.Plan{Options: strict, Before: migrate.Rollup{Ports: 1, ByStatus: [6]int{1}}}, []string{"STRICT today     100 % of 1 port", "nothing to do: all ports are already STRICT or have an exception"}, "--out"},
		{"done, and something fails", plan.Plan{Options: strict, Failing: 2, Before: migrate.Rollup{Ports: 1, ByStatus: [6]int{1}}}, []string{"have an exception; 2 declared calls fail today, wholly or in part: mtlsctl analyze shows why"}, "--out"},
		{"never rounded up", plan.Plan{Options: strict, Before: migrate.Rollup{Ports: 1000, ByStatus: [6]int{999}}}, []string{"99 % of 1000 ports"}, "100 %"},
		{"blocked", plan.Plan{Options: strict, Holds: holds(3, migrate.Blocked)}, []string{
			"after this plan  0 %, 3 blocked", "shop/pay:8080 and 2 more  a job calls it  ask its owner", "nothing to do for now", "why: mtlsctl migrate-plan --explain deploy/pay.shop",
		}, "8081"},
		{"excepted", plan.Plan{Options: strict, Holds: holds(1, migrate.Excepted)}, []string{"EXCEPTED", "nothing to do: the remaining ports stay as they are"}, "--explain"},
		{"unknown", plan.Plan{Options: strict, Holds: holds(1, migrate.Undecided)}, []string{"HOW TO SETTLE IT", "1 unknown"}, "BLOCKED"},
		{"failed", plan.Plan{Options: strict, Proof: plan.Proof{Failed: []string{"mesh: it would break"}}}, []string{"No plan: what was tried would break something", "- mesh: it would break", "settle the points above first"}, "proven"},
		{"proven", plan.Plan{Options: strict, Waves: waiting(1), Proof: plan.Proof{Calls: 4112}}, []string{
			"proven: the wave was applied to the model and rolled back; 0 of 4112 calls break, 0 lose encryption", "wave 3 waits for  nobody looked (2 ports): look", "--out plan/",
		}, "more"},
		{"not counted", plan.Plan{Options: strict, Waves: waiting(0)}, []string{"and rolled back; no call breaks, none loses encryption"}, "0 of"},
		{"many conditions", plan.Plan{Options: strict, Waves: waiting(10)}, []string{"and 2 more: -o wide lists all"}, "and 3 more"},
		{"going on", plan.Plan{Options: strict, Waves: waiting(0), Applied: []plan.Applied{{Plan: "5ab1", Wave: 1}, {Plan: "5ab1", Wave: 2}}}, []string{"applied          waves 1, 2 of plan 5ab1"}, "plan 5ab1;"},
		{"permissive", plan.Plan{Options: plan.Options{To: resolve.Permissive}, Waves: waiting(0)}, []string{"after this plan  every port accepts mTLS"}, "except for"},
	} {
		got := string(formatted(t, "table", render.Plan{Plan: &c.plan, Files: make([]runbook.Files, len(c.plan.Waves))}))
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in\n%s", c.name, want, got)
			}
		}
		if strings.Contains(got, c.not) {
			t.Errorf("%s: %q is in\n%s", c.name, c.not, got)
		}
		text := formatted(t, "json", render.Plan{Plan: &c.plan, Files: make([]runbook.Files, len(c.plan.Waves))})
		if err := validate(t, "MigrationPlan", text); err != nil {
			t.Errorf("%s: not as the schema has it: %v", c.name, err)
		}
	}
}

// TestPlanKinds: the schema knows every kind of wave.
func TestPlanKinds(t *testing.T) {
	t.Parallel()
	for _, kind := range plan.Kinds() {
		p := plan.Plan{Options: plan.Options{To: resolve.Strict}, Waves: waiting(0)}
		p.Waves[0].Kind = kind
		if err := validate(t, "MigrationPlan", formatted(t, "json", render.Plan{Plan: &p, Files: make([]runbook.Files, 1)})); err != nil {
			t.Errorf("%s: add it to the enum of PlanWave (wire/plan.go): %v", kind, err)
		}
	}
}

// TestPlanRounds: as the status rounds, but what is not all is never 100 %.
func TestPlanRounds(t *testing.T) {
	for _, c := range []struct {
		done, ports int
		want        string
	}{{0, 0, "0 %"}, {0, 5, "0 %"}, {2, 3, "67 %"}, {10, 13, "77 %"}, {399, 400, "99 %"}, {5, 5, "100 %"}} {
		r := migrate.Rollup{Ports: c.ports}
		r.ByStatus[migrate.Done] = c.done
		got := string(formatted(t, "table", render.Plan{Plan: &plan.Plan{Before: r, After: r}}))
		if !strings.Contains(got, "STRICT today     "+c.want+" of") {
			t.Errorf("%d of %d is not %s in\n%s", c.done, c.ports, c.want, got)
		}
	}
}
