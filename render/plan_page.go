package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// Page implements Paged: the runbook.
func (v savedPlan) Page() []format.Block {
	to := v.Options.To
	if v.Trust != nil {
		to = "trust domain " + v.Trust.To
	}
	title := format.Block{Title: fmt.Sprintf("The way to %s: plan %s", to, v.ID), Level: -1}
	if len(v.Items) == 0 {
		return append([]format.Block{title}, v.overview(true)...)
	}
	blocks := append([]format.Block{title}, v.overview(false)...)
	for _, s := range v.Opening {
		blocks = append(blocks, section(s)...)
	}
	for i := range v.Items {
		blocks = append(blocks, wavePage(&v.Items[i])...)
	}
	for _, s := range v.Closing {
		blocks = append(blocks, section(s)...)
	}
	return blocks
}

func section(s wire.PlanSection) []format.Block {
	return append([]format.Block{{Title: s.Title, Prose: s.Text}}, steps(s.Steps)...)
}

// steps are sentences, each with what is typed for it.
func steps(all []wire.PlanStep) []format.Block {
	var out []format.Block
	for _, s := range all {
		b := format.Block{Example: strings.Join(s.Commands, "\n"), Language: "sh"}
		if s.Text != "" {
			b.Prose = []string{sentence(s.Text)}
		}
		out = append(out, b)
	}
	return out
}

// sentence is a text as a page has it.
func sentence(text string) string {
	end := "."
	if strings.HasSuffix(text, ".") {
		end = ""
	}
	if text == "" { // nothing that mtlsctl wrote
		return end
	}
	return strings.ToUpper(text[:1]) + text[1:] + end
}

// wavePage is one wave, top to bottom.
func wavePage(w *wire.PlanWave) []format.Block {
	about := []string{sentence(w.Why)}
	if len(w.Diff) > 0 { // it has files
		about = append(about, "Folder: "+w.Folder)
	}
	blocks := []format.Block{
		{Title: fmt.Sprintf("Wave %d: %s", w.Number, w.What), Prose: about},
		{Table: tableOf(changeFields(), w.Changes, false)},
	}
	if len(w.Strict) > 0 {
		blocks = append(blocks, format.Block{Prose: []string{"Becomes STRICT: " + targets(w.Strict) + "."}})
	}
	if points := conditions("", w.Notes, false, true); len(points) > 0 {
		blocks = append(blocks, format.Block{Title: "What changes besides", Level: 1, Points: points})
	}
	part := func(title string, more []format.Block) {
		if len(more) > 0 {
			blocks = append(blocks, format.Block{Title: title, Level: 1})
			blocks = append(blocks, more...)
		}
	}
	part("Before", steps(w.Preconditions))
	part("Look", steps(w.Diff))
	part("Apply", steps(w.Apply))
	part("Verify", slices.Concat(steps(w.Verification), queries(w.Queries)))
	part("Watch", []format.Block{{Prose: []string{sentence(w.Watch)}}})
	part("What failure looks like", []format.Block{{Table: tableOf(symptomFields(), w.Symptoms, false)}})
	part("Roll back", steps(w.RollbackSteps))
	return blocks
}

func queries(all []wire.PlanQuery) []format.Block {
	var out []format.Block
	for _, q := range all {
		out = append(out, format.Block{Prose: []string{sentence(q.Text)}, Example: q.PromQL, Language: "promql"})
	}
	return out
}

// mostTargets is how many ports a sentence names.
const mostTargets = 12

func targets(all []wire.PlanTarget) string {
	var names []string
	for i, t := range all {
		if i == mostTargets {
			return strings.Join(names, ", ") + fmt.Sprintf(" and %d more", len(all)-i)
		}
		names = append(names, heldText(t))
	}
	return strings.Join(names, ", ")
}

func changeFields() []field[wire.PlanChange] {
	return []field[wire.PlanChange]{
		{Column: format.Column{Head: "OBJECT"}, cell: worded(func(c wire.PlanChange) string { return objectOf(c.Object).String() })},
		{Column: format.Column{Head: "HOW"}, cell: worded(func(c wire.PlanChange) string { return c.How })},
		{Column: format.Column{Head: "WHAT"}, cell: worded(func(c wire.PlanChange) string { return c.What })},
		{Column: format.Column{Head: "WHY"}, cell: worded(func(c wire.PlanChange) string { return c.Why })},
	}
}

func symptomFields() []field[wire.PlanSymptom] {
	return []field[wire.PlanSymptom]{
		{Column: format.Column{Head: "SYMPTOM"}, cell: worded(func(s wire.PlanSymptom) string { return s.Symptom })},
		{Column: format.Column{Head: "CAUSE"}, cell: worded(func(s wire.PlanSymptom) string { return s.Cause })},
		{Column: format.Column{Head: "ACTION"}, cell: worded(func(s wire.PlanSymptom) string { return s.Do })},
	}
}
