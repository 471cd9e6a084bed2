package runbook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// Step is something that a person does or looks at. Commands are for a shell, and may be
// none.
type Step struct {
	Text     string
	Commands []string
}

// Query is PromQL, and what its answer means.
type Query struct{ Text, PromQL string }

// Guide is how to go through one wave: what a person needs at night. Paths in commands
// are those of the plan's folder.
type Guide struct {
	What, Why string
	// Before is what has to be so, Look what shows what will change, Apply what changes
	// it, Verify what shows that it did.
	Before, Look, Apply, Verify []Step
	Queries                     []Query
	// Watch is how long to look before the next wave.
	Watch string
	// Symptoms are what failure looks like, Rollback takes the wave back.
	Symptoms []Symptom
	Rollback []Step
}

// GuideOf is how to go through one wave of a plan, which has its number.
func GuideOf(p *plan.Plan, w *plan.Wave) Guide {
	if w.Kind.OfTrust() {
		return renaming(p, w)
	}
	return Guide{
		What: What(w), Why: Why(w), Before: before(p, w), Look: look(w), Apply: applying(Folder(w), w.Changes), Verify: verify(w),
		Queries: queries(w), Watch: watches[w.Kind], Symptoms: symptoms(w), Rollback: rollback(w),
	}
}

// watches are how long to look after each kind of wave. Traffic that comes once a day is
// seen only by who looks for a day.
var watches = [...]string{
	plan.Repair: quarter, plan.Keep: quarter, plan.Freeze: quarter, plan.Accept: quarter, plan.Tidy: quarter, plan.Inject: "until every rollout is complete, and one hour more",
	plan.Tunnel: "until every rollout is complete, and one hour more", plan.Safe: quarter, plan.Enrol: day, plan.Outside: "until every rollout is complete", plan.Relabel: day, plan.Waypoint: quarter, plan.Bind: day,
	plan.Aliases: quarter, plan.Identities: quarter, plan.Switch: quarter, plan.Renew: "until no proxy has a certificate of the former trust domain", plan.Retire: day,
	plan.Offer: day, plan.Workloads: day, plan.Namespaces: day, plan.MeshWide: day,
}

const (
	quarter = "15 minutes after istioctl proxy-status shows SYNCED everywhere"
	day     = "24 hours: at least one whole business day and every nightly job"
)

// status is the command that says where everything stands.
const status = `mtlsctl migrate-plan --status -A --prometheus "$PROMETHEUS"`

// before is what has to be so before a wave.
func before(p *plan.Plan, w *plan.Wave) []Step {
	var out []Step
	if i := slices.IndexFunc(p.Waves, func(x plan.Wave) bool { return x.Number == w.Number }); i > 0 {
		out = append(out, Step{Text: fmt.Sprintf("wave %d is applied, and its watch time is over", p.Waves[i-1].Number)})
	}
	for _, c := range w.Wait {
		text := "check again: " + Said(&c)
		if c.Ports > 1 {
			text += fmt.Sprintf(" (%d ports)", c.Ports)
		}
		if c.Fix != "" {
			text += "; " + c.Fix
		}
		out = append(out, Step{Text: text})
	}
	looks := status
	if strict(w) {
		looks += " --only BLOCKED,UNKNOWN,WAITING"
	}
	out = append(out,
		Step{standing(w), []string{looks}},
		Step{"all proxies are in sync with the changes so far: every column shows SYNCED, none STALE", []string{"istioctl proxy-status"}},
	)
	out = append(out, ready(w)...)
	if restarts(w) {
		out = append(out, Step{"the workloads to restart are ready, and have enough replicas for a rollout", each(w, "kubectl get pods -n %s")})
	}
	return out
}

// restarts reports a wave that restarts workloads by labels of their pods.
func restarts(w *plan.Wave) bool {
	return w.Kind == plan.Inject || w.Kind == plan.Tunnel || w.Kind == plan.Enrol || w.Kind == plan.Outside
}

// standing is what the status has to say of the wave's ports.
func standing(w *plan.Wave) string {
	if !strict(w) {
		return "the objects are as they were when the plan was made; otherwise make a new plan"
	}
	return "none of the ports that become STRICT is BLOCKED or UNKNOWN, and WAITING are only those named above"
}

// strict reports a wave that makes ports STRICT.
func strict(w *plan.Wave) bool {
	return w.Kind == plan.Workloads || w.Kind == plan.Namespaces || w.Kind == plan.MeshWide || len(w.Strict) > 0
}

// look shows what a wave will change, before it does.
func look(w *plan.Wave) []Step {
	out := []Step{{"show the effect on ports and calls", []string{fmt.Sprintf("mtlsctl diff --plan . --wave %d", w.Number)}}}
	dir := Folder(w) + "/"
	for _, v := range verbsOf(w.Changes) {
		switch file := dir + v.File(); v {
		case Apply:
			out = append(out, Step{"show the changed fields", []string{"kubectl diff --server-side --force-conflicts --field-manager=mtlsctl -f " + file}})
		case Put:
			out = append(out, Step{"show the object as it will be: kubectl diff merges, so it does not show removed fields", []string{"kubectl replace --dry-run=server -o yaml -f " + file}})
		case Remove:
			out = append(out, Step{"show what is deleted", []string{"kubectl get -o yaml -f " + file}})
		}
	}
	return out
}

// verbsOf are those of the files of changes.
func verbsOf(changes []plan.Change) []Verb {
	return slices.DeleteFunc(Verbs(), func(v Verb) bool {
		return !slices.ContainsFunc(changes, func(c plan.Change) bool { return c.How != plan.Hand && verbOf(c.How) == v })
	})
}

// typed is a name as a command takes it: "peerauthentication/default.shop".
func typed(r resolve.Ref) string {
	if r.Namespace == "" {
		return strings.ToLower(r.Kind.Word()) + "/" + r.Name
	}
	return strings.ToLower(r.Kind.Word()) + "/" + r.Name + "." + r.Namespace
}

// applying are the commands that use the files of changes.
func applying(folder string, changes []plan.Change) []Step {
	var commands []string
	for _, v := range verbsOf(changes) {
		commands = append(commands, v.Command(folder+"/"+v.File()))
	}
	return []Step{{Commands: commands}}
}

// rollback takes a wave back, whatever came of it.
func rollback(w *plan.Wave) []Step {
	out := applying(Folder(w)+"/rollback", w.Undo())
	out[0].Text = "roll back later waves first, the last one first; one wave at a time, with the checks of a wave between them"
	if restarts(w) {
		out = append(out, Step{"this restarts the workloads again", rollouts(w)})
	}
	return append(out, Step{"all proxies are in sync", []string{"istioctl proxy-status"}})
}

// each is a command for every namespace of the wave, the first ones where there are many.
func each(w *plan.Wave, format string) []string {
	var out []string
	for i, ns := range namespaces(w) {
		if i == mostNamed {
			break
		}
		out = append(out, fmt.Sprintf(format, shell.Word(ns)))
	}
	return out
}
