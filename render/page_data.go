package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/topics"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

func newPageData(t topics.Topic) wire.PageData {
	d := wire.PageData{APIVersion: wire.APIVersion, Kind: "Page", Whole: true, Name: t.Name, Title: t.Title, Sections: []wire.PageSection{}, See: append([]string{}, t.See...)}
	for _, s := range t.Sections {
		section := wire.PageSection{Heading: s.Heading, Paragraphs: append([]string{}, s.Paragraphs...), Points: []wire.PagePoint{}, Example: s.Example}
		for _, p := range s.Points {
			section.Points = append(section.Points, wire.PagePoint(p))
		}
		d.Sections = append(d.Sections, section)
	}
	return d
}

func newContentsData(c Contents) wire.PageList {
	list := wire.PageList{APIVersion: wire.APIVersion, Kind: "PageList", Of: "contents", Whole: true, Items: []wire.PageItem{}}
	for _, t := range c.Topics {
		list.Items = append(list.Items, wire.PageItem{Name: t.Name, Title: t.Title})
	}
	for _, k := range c.Checks {
		list.Items = append(list.Items, wire.PageItem{Name: k.Code, Title: k.Title, Severity: k.Severity.String()})
	}
	return list
}
