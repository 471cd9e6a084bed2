package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/diagnose"
	"github.com/mtlsctl/mtlsctl/analyze/topics"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// SymptomPage shows a symptom without a mesh: what it looks like, what it means, and its causes,
// the likeliest first. Others are further symptoms of the text that was asked for.
func SymptomPage(s *diagnose.Symptom, others []*diagnose.Symptom) Page {
	t := topics.Topic{Name: s.Name, Title: s.Name + ": " + s.Title, See: s.See}
	t.Sections = []topics.Section{
		{Paragraphs: []string{s.Means}},
		{Heading: "What it is not", Paragraphs: []string{s.Not, "About mTLS: " + mtlsWords[s.Bearing.String()] + "."}},
	}
	causes := topics.Section{Heading: "Causes, the likeliest first"}
	for _, c := range s.Suspects {
		text := c.Text + ". Fix: " + c.Fix
		if c.Check != "" {
			text += ". Find out: " + c.Check
		}
		causes.Points = append(causes.Points, topics.Point{Term: c.Name, Text: text})
	}
	lines := topics.Section{Heading: "Lines"}
	for _, l := range s.Lines {
		lines.Points = append(lines.Points, topics.Point{Term: l.Log, Text: l.Example})
	}
	t.Sections = append(t.Sections, causes, lines, topics.Section{Heading: "In a mesh", Example: "mtlsctl diagnose 'LINE' --from deploy/CLIENT.NAMESPACE --to SERVICE.NAMESPACE:PORT -f DIR\n"})
	for _, o := range others {
		t.See = append(t.See[:len(t.See):len(t.See)], o.Name)
	}
	return Page{t}
}

// Symptoms is the list of the symptoms that diagnose knows.
type Symptoms struct{ Symptoms []*diagnose.Symptom }

// Blocks implements View.
func (v Symptoms) Blocks(bool) []format.Block {
	t := &format.Table{Columns: []format.Column{{Head: "SYMPTOM"}, {Head: "MTLS", Drop: 1}, {Head: "TITLE"}}}
	for _, s := range v.Symptoms {
		t.Rows = append(t.Rows, []format.Cell{{Text: s.Name, Tone: format.Strong}, {Text: s.Bearing.String()}, {Text: s.Title, Prose: true}})
	}
	return []format.Block{{Table: t}, {Lines: []string{"mtlsctl explain SYMPTOM shows the page; so does a part of a line, such as mtlsctl explain '503 UF'"}}}
}

// Data implements View.
func (v Symptoms) Data() any {
	list := wire.PageList{APIVersion: wire.APIVersion, Kind: "PageList", Of: "symptoms", Whole: true, Items: []wire.PageItem{}}
	for _, s := range v.Symptoms {
		list.Items = append(list.Items, wire.PageItem{Name: s.Name, Title: s.Title})
	}
	return list
}

// Names implements View.
func (v Symptoms) Names() []string {
	var names []string
	for _, s := range v.Symptoms {
		names = append(names, s.Name)
	}
	return names
}
