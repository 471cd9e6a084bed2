package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/render/format"
)

// Page implements Paged: the runbook.
func (v Plan) Page() []format.Block {
	p := v.Plan
	title := fmt.Sprintf("The way to %s: plan %s", p.Options.To, p.ID)
	if len(p.Waves) == 0 {
		return append([]format.Block{{Title: title, Level: -1}}, v.overview(true)...)
	}
	blocks := append([]format.Block{{Title: title, Level: -1}}, v.overview(false)...)
	for _, s := range p.Opening() {
		blocks = append(blocks, section(s)...)
	}
	for i := range p.Waves {
		blocks = append(blocks, wavePage(p, &p.Waves[i])...)
	}
	for _, s := range p.Closing() {
		blocks = append(blocks, section(s)...)
	}
	return blocks
}

func section(s plan.Section) []format.Block {
	return append([]format.Block{{Title: s.Title, Prose: s.Text}}, steps(s.Steps)...)
}

// steps are sentences, each with what is typed for it.
func steps(all []plan.Step) []format.Block {
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
	return strings.ToUpper(text[:1]) + text[1:] + end
}

// wavePage is one wave, top to bottom.
func wavePage(p *plan.Plan, w *plan.Wave) []format.Block {
	g := p.Guide(w)
	blocks := []format.Block{
		{Title: fmt.Sprintf("Wave %d: %s", w.Number, g.What), Prose: []string{sentence(g.Why), "Folder: " + w.Folder()}},
		{Table: tableOf(changeFields(), w.Changes, false)},
	}
	if len(w.Strict) > 0 {
		blocks = append(blocks, format.Block{Prose: []string{"Becomes STRICT: " + targets(w.Strict) + "."}})
	}
	part := func(title string, more []format.Block) {
		if len(more) > 0 {
			blocks = append(blocks, format.Block{Title: title, Level: 1})
			blocks = append(blocks, more...)
		}
	}
	part("Before", steps(g.Before))
	part("Look", steps(g.Look))
	part("Apply", steps(g.Apply))
	part("Verify", slices.Concat(steps(g.Verify), queries(g.Queries)))
	part("Watch", []format.Block{{Prose: []string{sentence(g.Watch)}}})
	part("What failure looks like", []format.Block{{Table: tableOf(symptomFields(), g.Symptoms, false)}})
	part("Roll back", steps(g.Rollback))
	return blocks
}

func queries(all []plan.Query) []format.Block {
	var out []format.Block
	for _, q := range all {
		out = append(out, format.Block{Prose: []string{sentence(q.Text)}, Example: q.PromQL, Language: "promql"})
	}
	return out
}

// mostTargets is how many ports a sentence names.
const mostTargets = 12

func targets(all []plan.Target) string {
	var names []string
	for i, t := range all {
		if i == mostTargets {
			return strings.Join(names, ", ") + fmt.Sprintf(" and %d more", len(all)-i)
		}
		names = append(names, heldText(t))
	}
	return strings.Join(names, ", ")
}

func changeFields() []field[plan.Change] {
	return []field[plan.Change]{
		{Column: format.Column{Head: "OBJECT"}, cell: worded(func(c plan.Change) string { return c.Ref().String() })},
		{Column: format.Column{Head: "HOW"}, cell: worded(func(c plan.Change) string { return c.How.String() })},
		{Column: format.Column{Head: "WHAT"}, cell: worded(func(c plan.Change) string { return c.What })},
		{Column: format.Column{Head: "WHY"}, cell: worded(func(c plan.Change) string { return c.Why })},
	}
}

func symptomFields() []field[plan.Symptom] {
	return []field[plan.Symptom]{
		{Column: format.Column{Head: "SYMPTOM"}, cell: worded(func(s plan.Symptom) string { return s.Sees })},
		{Column: format.Column{Head: "CAUSE"}, cell: worded(func(s plan.Symptom) string { return s.Cause })},
		{Column: format.Column{Head: "WHAT TO DO"}, cell: worded(func(s plan.Symptom) string { return s.Do })},
	}
}
