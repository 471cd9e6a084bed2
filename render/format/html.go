package format

import (
	"bytes"
	_ "embed"
	"html/template"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
)

// htmlFormat is -o html: one page that needs nothing else, with filters, and readable
// without a script, in the dark, and on paper.
type htmlFormat struct{}

//go:embed report.html.tmpl
var htmlSource string

var htmlPage = template.Must(template.New("report").Parse(htmlSource))

// htmlData is what the page shows.
type htmlData struct {
	Cases
	Namespaces, Codes []string
	// Help are the checks of the findings, each once.
	Help []*analyze.Check
	// Counts are how many of each level there are.
	Counts []htmlCount
}

type htmlCount struct {
	Level string
	N     int
}

// Format implements Format.
func (htmlFormat) Format(b *bytes.Buffer, v View, _ Options) error {
	c, err := casesOf(v, "html")
	if err != nil {
		return err
	}
	c.shown()
	d := htmlData{Cases: c}
	for _, level := range []string{"error", "warning", "info"} {
		n := 0
		for i := range c.Found {
			if c.Found[i].Level == level {
				n++
			}
		}
		d.Counts = append(d.Counts, htmlCount{level, n})
	}
	for i := range c.Found {
		d.Namespaces = append(d.Namespaces, c.Found[i].Group)
		d.Codes = append(d.Codes, c.Found[i].Code)
	}
	d.Namespaces, d.Codes = each(d.Namespaces), each(d.Codes)
	for _, r := range c.Rules {
		if slices.Contains(d.Codes, r.Code) {
			d.Help = append(d.Help, r)
		}
	}
	return htmlPage.Execute(b, d)
}

// each are the words in order, each once.
func each(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}

// At is where the case is written, for the page.
func (c Case) At() string { return c.Position.String() }
