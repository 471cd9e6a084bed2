package format

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"strings"
)

// The page of a graph: what it looks like, what it does, and the library that draws, with its
// licence. The library is cytoscape.min.js of the npm package cytoscape, unchanged; a test knows its
// checksum.
var (
	//go:embed graph.html.tmpl
	graphSource string
	//go:embed graph.js
	graphProgram string
	//go:embed cytoscape/cytoscape.min.js
	cytoscape string
	//go:embed cytoscape/LICENSE
	cytoscapeLicence string

	graphPage = template.Must(template.New("graph").Parse(graphSource))
)

// writeGraphPage writes one page that needs nothing else.
func writeGraphPage(b *bytes.Buffer, v Drawn, o Options) error {
	notes := v.Drawing().visible().Notes
	for i := range notes {
		notes[i] = o.called(notes[i])
	}
	data, err := pageData(v.PageData(), o.called("mtlsctl connections")+" ")
	if err != nil {
		return err
	}
	return graphPage.Execute(b, map[string]any{
		"Summary": notes[0], "Notes": notes[1:], "Licence": cytoscapeLicence,
		"Data": template.JS(data), "Library": template.JS(cytoscape), "Program": template.JS(graphProgram),
	})
}

// pageData is a report for a script of a page, every text of it visible: JSON in which nothing
// ends the script.
func pageData(report any, command string) (string, error) {
	compact, err := Compact(report)
	if err != nil {
		return "", err
	}
	var whole any
	if err := json.Unmarshal(compact, &whole); err != nil {
		return "", err
	}
	text, err := json.Marshal(map[string]any{"command": command, "graph": visibleJSON(whole)}) // which escapes <, > and &
	return strings.TrimSpace(string(text)), err
}

// visibleJSON makes every string of a JSON value visible, keys too.
func visibleJSON(value any) any {
	switch v := value.(type) {
	case string:
		return Visible(v)
	case []any:
		for i := range v {
			v[i] = visibleJSON(v[i])
		}
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, one := range v {
			out[Visible(key)] = visibleJSON(one)
		}
		return out
	}
	return value
}
