package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan/runbook"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// Plan is the report "which way leads to STRICT": on a screen the waves and what stays
// behind, on a page the whole runbook. What it shows is told of its wire form.
type Plan struct {
	Scope wire.Scope
	Plan  *plan.Plan
	// Files are those of runbook.FilesOf; only Data reads them.
	Files []runbook.Files
	// Evidence is who was seen calling whom, nil where nobody looked; Declared is how
	// many calls configuration speaks of.
	Evidence *evidence.Evidence
	Declared int
	// Out is the folder that the plan was written to, "" for none.
	Out string
}

// Blocks implements View.
func (v Plan) Blocks(wide bool) []format.Block { return savedPlan{v.list(false)}.Blocks(wide) }

// Page implements Paged: the runbook.
func (v Plan) Page() []format.Block { return savedPlan{v.list(true)}.Page() }

// Data implements View: a MigrationPlan.
func (v Plan) Data() any { return v.list(true) }

// Names implements View: what the plan makes, changes or deletes, in its order.
func (v Plan) Names() []string { return savedPlan{v.list(false)}.Names() }

// savedPlan shows a MigrationPlan.
type savedPlan struct{ *wire.MigrationPlan }

// Blocks implements View.
func (v savedPlan) Blocks(wide bool) []format.Block {
	blocks := v.overview(wide)
	if next := v.next(); len(next) > 0 {
		blocks = append(blocks, format.Block{Lines: next})
	}
	return blocks
}

// heldStatuses are those of ports that stay as they are.
var heldStatuses = []migrate.Status{migrate.Blocked, migrate.Undecided, migrate.Excepted}

// overview is where the plan leads to: sums, waves, what they wait for, what stays, and
// the proof.
func (v savedPlan) overview(wide bool) []format.Block {
	blocks := []format.Block{{Points: v.facts()}}
	if len(v.Items) > 0 {
		blocks = append(blocks, format.Block{Table: tableOf(v.waveFields(), v.Items, wide)})
	}
	for _, points := range [][]format.Point{waits(v.Items, wide), v.notes(wide)} {
		if len(points) > 0 {
			blocks = append(blocks, format.Block{Points: points})
		}
	}
	blocks = append(blocks, v.upgrade(wide)...)
	for _, s := range heldStatuses {
		if rows := heldAs(v.Holds, s.String(), wide); len(rows) > 0 {
			blocks = append(blocks, format.Block{Table: tableOf(heldFields(baseOf(&v.Scope), s), rows, wide)})
		}
	}
	if rows := heldAs(v.Refused, migrate.Blocked.String(), wide); len(rows) > 0 {
		blocks = append(blocks, format.Block{Table: tableOf(refusedFields(baseOf(&v.Scope)), rows, wide)})
	}
	if len(v.Proof.Failed) > 0 {
		blocks = append(blocks, format.Block{Title: "No plan: what was tried would break something", Points: termless(v.Proof.Failed)})
	}
	return append(blocks, format.Block{Prose: []string{v.proven()}})
}

func termless(texts []string) []format.Point {
	out := make([]format.Point, len(texts))
	for i, text := range texts {
		out[i].Text = text
	}
	return out
}

// facts are wrapped: a terminal may be narrower than what was seen.
func (v savedPlan) facts() []format.Point {
	switch {
	case v.Ambient != nil:
		return v.ambientFacts()
	case v.Trust != nil:
		return v.trustFacts()
	}
	after := strings.Join(append([]string{percent(&v.After)}, heldCounts(v.Holds)...), ", ")
	if v.Options.To == resolve.Permissive.String() {
		after = strings.Join(append([]string{"every port accepts mTLS"}, heldCounts(v.Holds)...), ", except for ")
	}
	out := []format.Point{
		{Term: "STRICT today", Text: percent(&v.Before) + " of " + count(v.Before.Ports, "port")},
		{Term: "after this plan", Text: after},
		{Term: "evidence", Text: evidenceText(v.Evidence, v.DeclaredCalls, "")},
	}
	if text := appliedText(v.Applied); text != "" {
		out = append(out, format.Point{Term: "applied", Text: text})
	}
	if v.NoMesh != "" {
		out = append(out, format.Point{Term: "mesh-wide", Text: "no policy: " + v.NoMesh})
	}
	return out
}

// percent is the share of STRICT ports, rounded as in the status, but never up to all.
func percent(t *wire.MigrationTotals) string {
	switch {
	case t.Ports == 0:
		return "0 %"
	case t.Strict < t.Ports:
		return fmt.Sprintf("%d %%", min(99, (200*t.Strict+t.Ports)/(2*t.Ports)))
	}
	return "100 %"
}

// heldCounts are "9 blocked", "4 unknown", "1 excepted".
func heldCounts(holds []wire.PlanHold) []string {
	var out []string
	for _, s := range heldStatuses {
		n := 0
		for i := range holds {
			if holds[i].Status == s.String() {
				n++
			}
		}
		if n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, strings.ToLower(s.String())))
		}
	}
	return out
}

// appliedText is "waves 1, 2 and 3 of plan 5ab18c20".
func appliedText(all []wire.PlanApplied) string {
	var texts []string
	for len(all) > 0 {
		n := slices.IndexFunc(all, func(a wire.PlanApplied) bool { return a.Plan != all[0].Plan })
		if n < 0 {
			n = len(all)
		}
		var numbers []string
		for _, a := range all[:n] {
			numbers = append(numbers, fmt.Sprint(a.Wave))
		}
		word := "wave "
		if n > 1 {
			word = "waves "
		}
		texts = append(texts, word+strings.Join(numbers, ", ")+" of plan "+all[0].Plan)
		all = all[n:]
	}
	return strings.Join(texts, "; ")
}

// mostWaits is how many conditions of a wave are told, unless all are wanted.
const mostWaits = 8

// waits are what waves wait for.
func waits(waves []wire.PlanWave, all bool) []format.Point {
	var out []format.Point
	for i := range waves {
		out = append(out, conditions(fmt.Sprintf("wave %d waits for", waves[i].Number), waves[i].Conditions, true, all)...)
	}
	return out
}

// conditions are told one by one, and ports counted where they are of ports.
func conditions(term string, list []wire.PlanCondition, ports, all bool) (out []format.Point) {
	for n, c := range list {
		if n == mostWaits && !all {
			return append(out, format.Point{Term: "", Text: fmt.Sprintf("and %d more: -o wide lists all", len(list)-n)})
		}
		text := c.Says
		if ports && c.Ports > 1 {
			text += fmt.Sprintf(" (%d ports)", c.Ports)
		}
		if c.Fix != "" {
			text += ": " + c.Fix
		}
		out = append(out, format.Point{Term: term, Text: text})
		term = ""
	}
	return out
}

// proven says what was looked at, with the figures that there are.
func (v savedPlan) proven() string {
	switch {
	case len(v.Items) == 0:
		return v.idle()
	case v.Trust != nil:
		return v.trustProven()
	}
	text := "proven: the wave was applied to the model and rolled back; "
	if n := len(v.Items); n > 1 {
		text = fmt.Sprintf("proven: each of %d waves was applied to the model and rolled back; ", n)
	}
	if v.Proof.Calls > 0 {
		return text + fmt.Sprintf("0 of %d calls break, 0 lose encryption", v.Proof.Calls)
	}
	return text + "no call breaks, none loses encryption"
}

// idle is why there is no wave, and what fails all the same.
func (v savedPlan) idle() string {
	text := v.unmoved()
	switch {
	case v.Failing == 1 && len(v.Refused) == 0:
		text += "; 1 declared call fails today, wholly or in part: mtlsctl analyze shows why"
	case v.Failing > 1 && len(v.Refused) == 0:
		text += fmt.Sprintf("; %d declared calls fail today, wholly or in part: mtlsctl analyze shows why", v.Failing)
	}
	return text
}

// unmoved is why there is no wave.
func (v savedPlan) unmoved() string {
	switch {
	case v.Ambient != nil:
		return v.ambientIdle()
	case v.Trust != nil && len(v.Holds) > 0:
		return "no plan for now: the rows above keep it from being proved"
	case len(v.Proof.Failed) > 0:
		return "settle the points above first: each attempt ended there"
	case len(v.Holds) > 0 && v.Blocked:
		return "nothing to do for now: every possible change is blocked, see above"
	case len(v.Holds) > 0:
		return "nothing to do: the remaining ports stay as they are, for the reasons above"
	case len(v.Refused) > 0:
		return "no port is left to make STRICT, but calls to the ports above fail today: mtlsctl analyze shows how to repair them"
	case v.Before.Ports == 0:
		return "nothing to do: no port with a choice of mode"
	}
	return "nothing to do: all ports are already STRICT or have an exception"
}

// next says where to go on.
func (v savedPlan) next() []string {
	var lines []string
	switch {
	case v.Ambient != nil:
		return v.ambientNext()
	case v.Trust != nil:
		return v.trustNext()
	}
	for _, s := range heldStatuses[:2] {
		if i := slices.IndexFunc(v.Holds, func(h wire.PlanHold) bool { return h.Status == s.String() }); i >= 0 {
			ref := v.Holds[i].Workload
			lines = append(lines, "why: mtlsctl migrate-plan --explain "+shell.Word(shortName(ref)+"."+ref.Namespace))
			break
		}
	}
	switch {
	case len(v.Items) == 0:
		return lines
	case v.Out != "":
		return append(lines, "the manifests and the runbook are in "+v.Out+": start with README.md")
	}
	return append(lines, "write the manifests and the runbook: mtlsctl migrate-plan --out plan/")
}

// Data implements View.
func (v savedPlan) Data() any { return v.MigrationPlan }

// Names implements View: what the plan makes, changes or deletes, in its order.
func (v savedPlan) Names() []string {
	var out []string
	for i := range v.Items {
		for _, c := range v.Items[i].Changes {
			if name := resourceName(objectOf(c.Object)); !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}
