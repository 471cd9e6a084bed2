package runbook_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan/runbook"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// waveOf is a wave of a kind that changes one policy.
func waveOf(kind plan.Kind) *plan.Wave {
	o := resolve.Object{Kind: resolve.KindDeployment, Value: &resolve.Controller{}}
	o.Value.SetName("pay")
	o.Value.SetNamespace("shop")
	return &plan.Wave{Number: 7, Kind: kind, Changes: []plan.Change{{How: plan.Label, Was: o, Is: o, What: "x", Why: "because"}}, Joining: []resolve.Ref{o.Ref()}}
}

// TestGuides: every kind of wave says all that a person needs, and nothing of another kind.
func TestGuides(t *testing.T) {
	p := &plan.Plan{ID: "5ab1"}
	for _, kind := range plan.Kinds() {
		g := runbook.GuideOf(p, waveOf(kind))
		if g.What == "" || g.Why == "" || g.Watch == "" || len(g.Before)*len(g.Look)*len(g.Apply)*len(g.Verify)*len(g.Queries)*len(g.Symptoms)*len(g.Rollback) == 0 {
			t.Errorf("%s: the guide is not whole: %+v", kind, g)
		}
		strict := kind == plan.Workloads || kind == plan.Namespaces || kind == plan.MeshWide
		late := kind == plan.Switch || kind == plan.Renew || kind == plan.Retire
		sees := func(text string) bool {
			return slices.ContainsFunc(g.Symptoms, func(s runbook.Symptom) bool { return strings.Contains(s.Sees, text) })
		}
		for symptom, want := range map[string]bool{
			"filter_chain_not_found": strict, "503 UC": strict, "certificate required": strict, "scrape targets": strict, "webhook": strict,
			"WRONG_VERSION_NUMBER": !strict && !kind.OfAmbient() && !kind.OfTrust(), "istio_converted_static_strict": kind == plan.Enrol, "port 15008": kind == plan.Tunnel || kind == plan.Enrol, "another mode than planned": kind == plan.Keep || kind == plan.Accept || kind == plan.Tidy || kind == plan.Safe, "jobs fail": strict || kind == plan.Inject, "probes fail": strict || kind == plan.Inject, "STALE": true,
			"unknown CA": strict || kind == plan.Inject || kind == plan.Offer, "CERTIFICATE_VERIFY_FAILED": strict || kind == plan.Repair || kind == plan.Offer || late,
			"fail_verify_san": late, "RBAC: access denied": late || kind == plan.Identities || kind == plan.Repair || kind == plan.Inject || kind == plan.Offer || kind == plan.Bind || kind == plan.Enrol, "sign CSR": kind == plan.Switch || kind == plan.Renew,
		} {
			if sees(symptom) != want {
				t.Errorf("%s: symptom %q is there: %v, want %v", kind, symptom, !want, want)
			}
		}
		if long := strings.HasPrefix(g.Watch, "24 hours"); long != (strict || kind == plan.Offer || kind == plan.Enrol || kind == plan.Bind || kind == plan.Relabel || kind == plan.Retire) {
			t.Errorf("%s is watched %q", kind, g.Watch)
		}
		if restarts := strings.Contains(commands(g.Verify)+commands(g.Rollback), "kubectl rollout status deployment/pay -n shop"); restarts != (kind == plan.Inject || kind == plan.Tunnel || kind == plan.Enrol || kind == plan.Outside) {
			t.Errorf("%s: waits for a rollout: %v", kind, restarts)
		}
	}
}

func commands(steps []runbook.Step) string {
	var out []string
	for _, s := range steps {
		out = append(out, s.Commands...)
	}
	return strings.Join(out, "\n")
}

// TestRunbookOrder: waves are taken back from the last to the first, and each in the
// order of its files.
func TestRunbookOrder(t *testing.T) {
	p := plan.New(worldOf(t, writeStory(t)), plan.Options{Join: plan.Everybody})
	var back []string
	for _, s := range runbook.Closing(p)[0].Steps {
		for _, c := range s.Commands {
			if strings.Contains(c, "rollback/") {
				back = append(back, c[strings.LastIndex(c, " ")+1:])
			}
		}
	}
	if len(back) < len(p.Waves) || !slices.IsSortedFunc(back, func(a, b string) int { return strings.Compare(b[:2], a[:2]) }) {
		t.Errorf("rollbacks come as %v", back)
	}
}
