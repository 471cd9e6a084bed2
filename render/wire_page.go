package render

import "github.com/mtlsctl/mtlsctl/analyze/topics"

// PageData is the data of one page of explain.
type PageData struct {
	APIVersion string        `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string        `json:"kind" jsonschema:"enum=Page"`
	Name       string        `json:"name"`
	Title      string        `json:"title"`
	Sections   []PageSection `json:"sections"`
	See        []string      `json:"see"`
}

// PageSection is one section of a page.
type PageSection struct {
	Heading    string      `json:"heading"`
	Paragraphs []string    `json:"paragraphs"`
	Points     []PagePoint `json:"points"`
	Example    string      `json:"example"`
}

// PagePoint is one line of a list; term may be empty.
type PagePoint struct {
	Term string `json:"term"`
	Text string `json:"text"`
}

// PageList is the data of explain without arguments.
type PageList struct {
	APIVersion string     `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string     `json:"kind" jsonschema:"enum=PageList"`
	Items      []PageItem `json:"items"`
}

// PageItem is one topic or check. Severity is "" for a topic.
type PageItem struct {
	Name     string `json:"name"`
	Title    string `json:"title"`
	Severity string `json:"severity"`
}

func newPageData(t topics.Topic) PageData {
	d := PageData{APIVersion: APIVersion, Kind: "Page", Name: t.Name, Title: t.Title, Sections: []PageSection{}, See: append([]string{}, t.See...)}
	for _, s := range t.Sections {
		section := PageSection{s.Heading, append([]string{}, s.Paragraphs...), []PagePoint{}, s.Example}
		for _, p := range s.Points {
			section.Points = append(section.Points, PagePoint(p))
		}
		d.Sections = append(d.Sections, section)
	}
	return d
}

func newContentsData(c Contents) PageList {
	list := PageList{APIVersion: APIVersion, Kind: "PageList", Items: []PageItem{}}
	for _, t := range c.Topics {
		list.Items = append(list.Items, PageItem{Name: t.Name, Title: t.Title})
	}
	for _, k := range c.Checks {
		list.Items = append(list.Items, PageItem{k.Code, k.Title, k.Severity.String()})
	}
	return list
}
