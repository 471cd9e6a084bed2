package render

import (
	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/topics"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve/rulebook"
)

// savedTopic is what newPageData was made of.
func savedTopic(p *wire.PageData) topics.Topic {
	t := topics.Topic{Name: p.Name, Title: p.Title, See: p.See}
	for _, s := range p.Sections {
		section := topics.Section{Heading: s.Heading, Paragraphs: s.Paragraphs, Example: s.Example}
		for _, point := range s.Points {
			section.Points = append(section.Points, topics.Point(point))
		}
		t.Sections = append(t.Sections, section)
	}
	return t
}

// savedPages is the list of topics and checks, or that of the rules.
func savedPages(l *wire.PageList) format.View {
	if l.Of == "rules" {
		var book Book
		for _, p := range l.Items {
			rule, known := rulebook.Find(p.Name)
			if !known { // of another version of the book
				rule.Number, rule.Proof = p.Name, rulebook.Follows
			}
			rule.Title = p.Title
			book.Rules = append(book.Rules, rule)
		}
		return book
	}
	var c Contents
	for _, p := range l.Items {
		severity, err := analyze.ParseSeverity(p.Severity)
		if err != nil {
			c.Topics = append(c.Topics, topics.Topic{Name: p.Name, Title: p.Title})
			continue
		}
		c.Checks = append(c.Checks, &analyze.Check{Code: p.Name, Title: p.Title, Severity: severity})
	}
	return c
}
