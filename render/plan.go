package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

// Plan is the report "which way leads to STRICT": on a screen the waves and what stays
// behind, on a page the whole runbook.
type Plan struct {
	Scope wire.Scope
	Plan  *plan.Plan
	// Files are those of Plan.Files; only Data reads them.
	Files []plan.Files
	// Evidence is who was seen calling whom, nil where nobody looked; Declared is how
	// many calls configuration speaks of.
	Evidence *evidence.Evidence
	Declared int
	// Out is the folder that the plan was written to, "" for none.
	Out string
}

// Blocks implements View.
func (v Plan) Blocks(wide bool) []format.Block {
	blocks := v.overview(wide)
	if next := v.next(); len(next) > 0 {
		blocks = append(blocks, format.Block{Lines: next})
	}
	return blocks
}

// overview is where the plan leads to: sums, waves, what they wait for, what stays, and
// the proof.
func (v Plan) overview(wide bool) []format.Block {
	p := v.Plan
	blocks := []format.Block{{Points: v.facts()}}
	if len(p.Waves) > 0 {
		blocks = append(blocks, format.Block{Table: tableOf(waveFields(), p.Waves, wide)})
	}
	if points := waits(p.Waves, wide); len(points) > 0 {
		blocks = append(blocks, format.Block{Points: points})
	}
	for _, s := range []migrate.Status{migrate.Blocked, migrate.Undecided, migrate.Excepted} {
		if rows := heldAs(p.Holds, s, wide); len(rows) > 0 {
			blocks = append(blocks, format.Block{Table: tableOf(heldFields(baseOf(&v.Scope), s), rows, wide)})
		}
	}
	if len(p.Proof.Failed) > 0 {
		blocks = append(blocks, format.Block{Title: "No plan: what was tried would do harm", Points: termless(p.Proof.Failed)})
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
func (v Plan) facts() []format.Point {
	p := v.Plan
	after := strings.Join(append([]string{percent(&p.After)}, heldCounts(p.Holds)...), ", ")
	if p.Options.To == resolve.Permissive {
		after = strings.Join(append([]string{"every port takes mTLS"}, heldCounts(p.Holds)...), ", but for ")
	}
	out := []format.Point{
		{Term: "STRICT today", Text: percent(&p.Before) + " of " + count(p.Before.Ports, "port")},
		{Term: "after this plan", Text: after},
		{Term: "evidence", Text: evidenceText(v.Evidence, v.Declared, "")},
	}
	if text := appliedText(p.Applied); text != "" {
		out = append(out, format.Point{Term: "applied", Text: text})
	}
	if p.NoMesh != "" {
		out = append(out, format.Point{Term: "mesh-wide", Text: "no policy: " + p.NoMesh})
	}
	return out
}

// percent is the share of STRICT ports, rounded as in the status, but never up to all.
func percent(r *migrate.Rollup) string {
	done := r.ByStatus[migrate.Done]
	switch {
	case r.Ports == 0:
		return "0 %"
	case done < r.Ports:
		return fmt.Sprintf("%d %%", min(99, (200*done+r.Ports)/(2*r.Ports)))
	}
	return "100 %"
}

// heldCounts are "9 blocked", "4 unknown", "1 excepted".
func heldCounts(holds []plan.Hold) []string {
	var out []string
	for _, s := range []migrate.Status{migrate.Blocked, migrate.Undecided, migrate.Excepted} {
		if n := countHolds(holds, s); n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, strings.ToLower(s.String())))
		}
	}
	return out
}

func countHolds(holds []plan.Hold, s migrate.Status) (n int) {
	for i := range holds {
		if holds[i].Status == s {
			n++
		}
	}
	return n
}

// appliedText is "waves 1, 2 and 3 of plan 5ab18c20".
func appliedText(all []plan.Applied) string {
	var texts []string
	for len(all) > 0 {
		n := slices.IndexFunc(all, func(a plan.Applied) bool { return a.Plan != all[0].Plan })
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
func waits(waves []plan.Wave, all bool) []format.Point {
	var out []format.Point
	for i := range waves {
		term := fmt.Sprintf("wave %d waits for", waves[i].Number)
		for n, c := range waves[i].Wait {
			if n == mostWaits && !all {
				out = append(out, format.Point{Term: "", Text: fmt.Sprintf("and %d more: -o wide tells all", len(waves[i].Wait)-n)})
				break
			}
			text := c.Said()
			if c.Ports > 1 {
				text += fmt.Sprintf(" (%d ports)", c.Ports)
			}
			if c.Fix != "" {
				text += ": " + c.Fix
			}
			out = append(out, format.Point{Term: term, Text: text})
			term = ""
		}
	}
	return out
}

// proven says what was looked at, with the figures that there are.
func (v Plan) proven() string {
	p := v.Plan
	if len(p.Waves) == 0 {
		return v.idle()
	}
	text := "proven: the wave was applied to the model, and taken back; "
	if n := len(p.Waves); n > 1 {
		text = fmt.Sprintf("proven: each of %d waves was applied to the model, and taken back; ", n)
	}
	if p.Proof.Calls > 0 {
		return text + fmt.Sprintf("0 of %d calls break, 0 lose encryption", p.Proof.Calls)
	}
	return text + "no call breaks, none loses encryption"
}

// idle is why there is no wave.
func (v Plan) idle() string {
	switch p := v.Plan; {
	case len(p.Proof.Failed) > 0:
		return "what is above has to be settled first: each attempt ended there"
	case len(p.Holds) > 0 && p.Blocked():
		return "nothing to do for now: what could change is in somebody's way, as above"
	case len(p.Holds) > 0:
		return "nothing to do: what is left stays as it is, for the reasons above"
	case p.Before.Ports == 0:
		return "nothing to do: no port has a mode to choose"
	}
	return "nothing to do: every port that counts is as it shall be"
}

// next says where to go on.
func (v Plan) next() []string {
	var lines []string
	for _, s := range []migrate.Status{migrate.Blocked, migrate.Undecided} {
		if i := slices.IndexFunc(v.Plan.Holds, func(h plan.Hold) bool { return h.Status == s }); i >= 0 {
			ref := v.Plan.Holds[i].Workload
			lines = append(lines, "why: mtlsctl migrate-plan --explain "+shell.Word(ref.Kind.Short()+"/"+ref.Name+"."+ref.Namespace))
			break
		}
	}
	switch {
	case len(v.Plan.Waves) == 0:
		return lines
	case v.Out != "":
		return append(lines, "the manifests and the runbook are in "+v.Out+": begin with README.md")
	}
	return append(lines, "write the manifests and the runbook: mtlsctl migrate-plan --out plan/")
}

// Names implements View: what the plan makes, changes or deletes, in its order.
func (v Plan) Names() []string {
	var out []string
	for i := range v.Plan.Waves {
		for j := range v.Plan.Waves[i].Changes {
			if name := resourceName(v.Plan.Waves[i].Changes[j].Ref()); !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}
