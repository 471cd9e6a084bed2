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

//go:embed tables.html.tmpl
var tablesSource string

// tablesPage shows the blocks of a report that is not about findings.
var tablesPage = template.Must(template.New("tables").Funcs(template.FuncMap{"tone": func(t Tone) string { return toneClasses[t] }, "heads": headed}).Parse(tablesSource))

// toneClasses are the tones as the page names them.
var toneClasses = map[Tone]string{Good: "good", Attention: "attention", Warning: "warning", Faint: "faint"}

// headed reports a table with a header line.
func headed(t *Table) bool {
	return slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Head != "" })
}

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
func (htmlFormat) Format(b *bytes.Buffer, v View, o Options) error {
	if drawn, ok := v.(Drawn); ok {
		return writeGraphPage(b, drawn, o)
	}
	checked, ok := v.(Checked)
	if !ok {
		blocks := o.blocks(v, false)
		if page, ok := v.(Paged); ok {
			blocks = o.named(page.Page())
		}
		return tablesPage.Execute(b, blocks)
	}
	c := checked.Cases()
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
