package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/topics"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve/release"
	"github.com/mtlsctl/mtlsctl/resolve/rulebook"
)

// RulePage shows one rule of the rule book, or the rules below a heading.
func RulePage(r rulebook.Rule) Page {
	t := topics.Topic{Name: r.Number, Title: ruleTitle(r), See: r.See}
	if r.Heading() {
		t.Sections = []topics.Section{{Points: numbered(rulebook.Below(r.Number))}}
		return Page{t}
	}
	says := topics.Section{Paragraphs: append([]string{r.Title + "."}, r.Text...)}
	for _, p := range r.Points {
		says.Points = append(says.Points, topics.Point{Text: p})
	}
	t.Sections = append(t.Sections, says)
	if below := rulebook.Below(r.Number); len(below) > 0 {
		t.Sections = append(t.Sections, topics.Section{Heading: "Rules", Points: numbered(below)})
	}
	if differences := release.OfRule(r.Number); len(differences) > 0 {
		t.Sections = append(t.Sections, versionSection(differences))
	}
	if len(r.Source) > 0 {
		t.Sections = append(t.Sections, sourceSection(r))
	}
	t.Sections = append(t.Sections, examplesSection(r))
	return Page{t}
}

// ruleTitle names a rule and the heading that it stands below.
func ruleTitle(r rulebook.Rule) string {
	if r.Heading() {
		return "Rules " + r.Number + " (" + r.Title + ")"
	}
	if h, ok := rulebook.HeadingOf(r.Number); ok {
		return "Rule " + r.Number + " (" + h.Title + ")"
	}
	return "Rule " + r.Number
}

func numbered(rules []rulebook.Rule) []topics.Point {
	var points []topics.Point
	for _, r := range rules {
		points = append(points, topics.Point{Term: r.Number, Text: r.Title})
	}
	return points
}

// versionSection says what releases of Istio do differently.
func versionSection(differences []release.Difference) topics.Section {
	s := topics.Section{Heading: "Versions"}
	for _, d := range differences {
		s.Points = append(s.Points, topics.Point{Term: d.Name, Text: fmt.Sprintf("%s: %s. Other versions: %s (%s; %s)", d.When(), d.Does, d.Else, d.Proof(), strings.Join(d.Sources, ", "))})
	}
	return s
}

// sourceSection says where Istio has a rule, and how it is known.
func sourceSection(r rulebook.Rule) topics.Section {
	s := topics.Section{Heading: "Source", Paragraphs: []string{"Istio " + release.Newest().String() + "; " + r.Proof.String() + "."}}
	for _, source := range r.Source {
		s.Points = append(s.Points, topics.Point{Text: source})
	}
	return s
}

// examplesSection are the worlds that the project's tests run, and others in words.
func examplesSection(r rulebook.Rule) topics.Section {
	s := topics.Section{Heading: "Examples"}
	for _, e := range rulebook.Scenarios(r.Number) {
		s.Points = append(s.Points, topics.Point{Text: e.Title + " (testdata/vectors/" + e.Vector + ")"})
	}
	for _, e := range r.Examples {
		s.Points = append(s.Points, topics.Point{Text: e})
	}
	if why := rulebook.WithoutVector(r.Number); why != "" {
		s.Paragraphs = append(s.Paragraphs, "No test vector: "+why+".")
	}
	return s
}

// Book is the list of the rules that output names in brackets, such as (3.2.3).
type Book struct{ Rules []rulebook.Rule }

// Blocks implements View: a table below each heading that has rules right below it.
func (v Book) Blocks(bool) []format.Block {
	var blocks []format.Block
	section := ""
	for _, r := range v.Rules {
		if r.Heading() {
			continue
		}
		if of := sectionOf(r); of.Number != section || len(blocks) == 0 {
			section = of.Number
			blocks = append(blocks, format.Block{Title: of.Number + " " + of.Title, Table: &format.Table{Columns: []format.Column{{Head: "RULE"}, {Head: "TITLE"}}}})
		}
		t := blocks[len(blocks)-1].Table
		t.Rows = append(t.Rows, []format.Cell{{Text: r.Number, Tone: format.Strong}, {Text: r.Title, Prose: true}})
	}
	return append(blocks, format.Block{Lines: []string{"mtlsctl explain RULE shows the page, such as mtlsctl explain 3.2.3"}})
}

// sectionOf is the heading above a rule, or the rule of the whole section, which may be itself.
func sectionOf(r rulebook.Rule) rulebook.Rule {
	if h, ok := rulebook.HeadingOf(r.Number); ok {
		return h
	}
	number, _, _ := strings.Cut(r.Number, ".")
	section, _ := rulebook.Find(number)
	return section
}

// Data implements View.
func (v Book) Data() any {
	list := wire.PageList{APIVersion: wire.APIVersion, Kind: "PageList", Of: "rules", Whole: true, Items: []wire.PageItem{}}
	for _, r := range v.Rules {
		list.Items = append(list.Items, wire.PageItem{Name: r.Number, Title: r.Title})
	}
	return list
}

// Names implements View.
func (v Book) Names() []string {
	var names []string
	for _, r := range v.Rules {
		names = append(names, r.Number)
	}
	return names
}
