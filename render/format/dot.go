package format

import (
	"bytes"
	"fmt"
	"strings"
)

// dotFormat is -o dot: the language of Graphviz.
type dotFormat struct{}

// dotShapes and dotLines are what Graphviz calls them.
var (
	dotShapes = map[Shape]string{Box: "box", Round: "box", Hexagon: "hexagon", Ellipse: "ellipse", Stack: "box3d"}
	dotLines  = map[Line]string{Solid: "solid", Dashed: "dashed", Dotted: "dotted"}
)

// Format implements Format.
func (dotFormat) Format(b *bytes.Buffer, v View, _ Options) error {
	drawn, ok := v.(Drawn)
	if !ok {
		return fmt.Errorf("output format dot needs a graph")
	}
	d := drawn.Drawing().visible()
	b.WriteString("digraph mtlsctl {\n  rankdir=LR\n  node [fontname=\"sans-serif\", fontsize=11, style=filled]\n  edge [fontname=\"sans-serif\", fontsize=10]\n")
	for _, g := range append([]DrawnGroup{{}}, d.Groups...) {
		indent := "  "
		if g.ID != "" {
			fmt.Fprintf(b, "  subgraph cluster_%s {\n    label=%s\n", g.ID, dotQuote(g.Label))
			indent = "    "
		}
		for i := range d.Nodes {
			if n := &d.Nodes[i]; n.Group == g.ID {
				fmt.Fprintf(b, "%s%s [label=%s, shape=%s, style=%q, fillcolor=%q]\n", indent, n.ID, dotQuote(n.Lines...), dotShapes[n.Shape], dotStyle(n.Shape), toneFill[n.Tone])
			}
		}
		if g.ID != "" {
			b.WriteString("  }\n")
		}
	}
	for i := range d.Edges {
		e := &d.Edges[i]
		head := ""
		if e.Broken {
			head = ", arrowhead=tee"
		}
		fmt.Fprintf(b, "  %s -> %s [label=%s, color=%q, fontcolor=%q, style=%s%s]\n", e.From, e.To, dotQuote(e.Label), toneInk[e.Tone], toneInk[e.Tone], dotLines[e.Line], head)
	}
	if len(d.Notes) > 0 {
		fmt.Fprintf(b, "  labelloc=b\n  label=%s\n", dotQuote(d.Notes...))
	}
	b.WriteString("}\n")
	return nil
}

func dotStyle(s Shape) string {
	if s == Round {
		return "filled,rounded"
	}
	return "filled"
}

// dotEscapes keep a text what it is: in Graphviz a backslash begins an escape, also one that
// stands for a name of the graph, and & an entity of HTML.
var dotEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;")

// dotQuote is lines as one label.
func dotQuote(lines ...string) string {
	quoted := make([]string, len(lines))
	for i, line := range lines {
		quoted[i] = dotEscapes.Replace(line)
	}
	return `"` + strings.Join(quoted, `\n`) + `"`
}
