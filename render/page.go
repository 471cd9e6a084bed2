package render

import (
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/topics"
	"github.com/mtlsctl/mtlsctl/render/format"
)

// pageWidth is how wide a page of prose gets at the most.
const pageWidth = 80

// Page is one page of `mtlsctl explain`: a topic, a rule, or the documentation of a
// check. The zero Page is empty.
type Page struct{ topic topics.Topic }

// TopicPage shows a topic.
func TopicPage(t topics.Topic) Page { return Page{t} }

// CheckPage shows the documentation of a check.
func CheckPage(c *analyze.Check) Page {
	t := topics.Topic{Name: c.Code, Title: c.Code + " " + c.Name + " (" + c.Severity.String() + "): " + c.Title}
	t.Sections = []topics.Section{
		{Paragraphs: []string{c.Why}},
		{Heading: "Fix", Paragraphs: []string{c.Fix}},
		{Heading: "Found in", Example: example(c.Before)},
		{Heading: "Clean", Example: example(c.After)},
	}
	if looks := kinds(c); looks != "" {
		t.Sections = append(t.Sections, topics.Section{Heading: "Looks at", Paragraphs: []string{looks}})
	}
	if len(c.Istioctl) > 0 {
		t.Sections = append(t.Sections, topics.Section{Heading: "In istioctl analyze", Paragraphs: []string{strings.Join(c.Istioctl, ", ")}})
	}
	if len(c.Controls) > 0 {
		t.Sections = append(t.Sections, topics.Section{Heading: "Related controls", Paragraphs: []string{controls(c.Controls)}})
	}
	t.See = c.Docs
	return Page{t}
}

// example is without the mark of a next document, where none follows.
func example(world string) string { return strings.TrimSuffix(world, "---\n") }

func kinds(c *analyze.Check) string {
	var words []string
	for _, k := range append(append(c.Needs[:0:0], c.Needs...), c.Reads...) {
		words = append(words, string(k))
	}
	return strings.Join(words, ", ")
}

// controls names requirements, each framework once.
func controls(list []analyze.Control) string {
	var b strings.Builder
	for i, c := range list {
		switch {
		case i == 0:
			b.WriteString(c.String())
		case c.Framework == list[i-1].Framework:
			b.WriteString(", " + c.ID)
		default:
			b.WriteString("; " + c.String())
		}
	}
	return b.String()
}

// Blocks implements View.
func (p Page) Blocks(bool) []format.Block {
	blocks := []format.Block{{Title: p.topic.Title}}
	for _, s := range p.topic.Sections {
		b := format.Block{Title: s.Heading, Example: s.Example, Wrap: pageWidth, Indent: 2}
		for _, paragraph := range s.Paragraphs {
			b.Prose = append(b.Prose, strings.Join(strings.Fields(paragraph), " "))
		}
		for _, point := range s.Points {
			b.Points = append(b.Points, format.Point{Term: point.Term, Text: strings.Join(strings.Fields(point.Text), " ")})
		}
		blocks = append(blocks, b)
	}
	if see := seeAlso(p.topic); len(see) > 0 {
		blocks = append(blocks, format.Block{Title: "See", Points: see, Links: true, Indent: 2})
	}
	return blocks
}

// seeAlso are other pages, with the command that shows them, and links.
func seeAlso(t topics.Topic) []format.Point {
	var points []format.Point
	for _, s := range t.See {
		if !strings.Contains(s, "://") {
			s = "mtlsctl explain " + s
		}
		points = append(points, format.Point{Text: s})
	}
	return points
}

// Data implements View.
func (p Page) Data() any { return newPageData(p.topic) }

// Names implements View.
func (p Page) Names() []string { return []string{p.topic.Name} }

// Contents is the list of everything that explain knows.
type Contents struct {
	Topics []topics.Topic
	Checks []*analyze.Check
}

// Blocks implements View.
func (c Contents) Blocks(bool) []format.Block {
	t := &format.Table{Columns: []format.Column{{Head: "TOPIC"}, {Head: "TITLE"}}}
	for _, topic := range c.Topics {
		t.Rows = append(t.Rows, []format.Cell{{Text: topic.Name, Tone: format.Strong}, {Text: topic.Title, Prose: true}})
	}
	blocks := []format.Block{{Table: t}}
	for _, family := range families {
		k := &format.Table{Columns: []format.Column{{Head: "CODE"}, {Head: "SEVERITY", Drop: 1}, {Head: "FINDS"}}}
		for _, check := range c.Checks {
			if strings.HasPrefix(check.Code, family.prefix) {
				k.Rows = append(k.Rows, []format.Cell{{Text: check.Code, Tone: format.Strong}, severityCell(check.Severity.String()), {Text: check.Title, Prose: true}})
			}
		}
		if len(k.Rows) > 0 {
			blocks = append(blocks, format.Block{Title: family.title, Table: k})
		}
	}
	return append(blocks, format.Block{Lines: []string{"mtlsctl explain TOPIC or CODE shows the page", "mtlsctl explain rules lists the rules that output names in brackets, such as (3.2.3)", "mtlsctl explain symptoms lists the symptoms that diagnose recognises", "mtlsctl explain glossary lists the terms that output uses"}})
}

// families are the checks by what they look at.
var families = []struct{ prefix, title string }{
	{"MTLS01", "What servers accept"},
	{"MTLS02", "What clients send"},
	{"MTLS03", "Which workloads are in the mesh, and what their proxies see"},
	{"MTLS04", "Who calls, and what blocks STRICT for a port"},
	{"MTLS05", "Identity and authorization"},
	{"MTLS06", "What proxies really run"},
}

// Data implements View.
func (c Contents) Data() any { return newContentsData(c) }

// Names implements View.
func (c Contents) Names() []string {
	var names []string
	for _, t := range c.Topics {
		names = append(names, t.Name)
	}
	for _, k := range c.Checks {
		names = append(names, k.Code)
	}
	return names
}
