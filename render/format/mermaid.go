package format

import (
	"bytes"
	"fmt"
	"strings"
)

// mermaidFormat is -o mermaid: a flowchart that GitHub and GitLab draw.
type mermaidFormat struct{}

// Format implements Format.
func (mermaidFormat) Format(b *bytes.Buffer, v View, _ Options) error {
	drawn, ok := v.(Drawn)
	if !ok {
		return fmt.Errorf("output format mermaid needs a graph")
	}
	b.WriteString(Mermaid(drawn.Drawing()))
	return nil
}

// mermaidShapes are the brackets of the shapes.
var mermaidShapes = map[Shape][2]string{Box: {"[", "]"}, Round: {"(", ")"}, Hexagon: {"{{", "}}"}, Ellipse: {"([", "])"}, Stack: {"[[", "]]"}}

// mermaidTones are the classes of nodes.
var mermaidTones = []struct {
	tone Tone
	name string
}{{Good, "good"}, {Attention, "attention"}, {Warning, "warning"}}

// Mermaid is a drawing as a flowchart.
func Mermaid(d Drawing) string {
	d = d.visible()
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	for _, note := range d.Notes { // comments: a flowchart has no place for them
		b.WriteString("  %% " + note + "\n")
	}
	for _, g := range append([]DrawnGroup{{}}, d.Groups...) {
		indent := "  "
		if g.ID != "" {
			fmt.Fprintf(&b, "  subgraph %s[%s]\n", g.ID, mermaidQuote(g.Label))
			indent = "    "
		}
		for i := range d.Nodes {
			if n := &d.Nodes[i]; n.Group == g.ID {
				shape := mermaidShapes[n.Shape]
				fmt.Fprintf(&b, "%s%s%s%s%s\n", indent, n.ID, shape[0], mermaidQuote(n.Lines...), shape[1])
			}
		}
		if g.ID != "" {
			b.WriteString("  end\n")
		}
	}
	for i := range d.Edges {
		e := &d.Edges[i]
		fmt.Fprintf(&b, "  %s %s|%s| %s\n", e.From, mermaidArrow(e), mermaidQuote(e.Label), e.To)
	}
	mermaidColours(&b, &d)
	return b.String()
}

func mermaidArrow(e *DrawnEdge) string {
	arrow := "-->"
	if e.Line != Solid {
		arrow = "-.->"
	}
	if e.Broken {
		arrow = strings.TrimSuffix(arrow, ">") + "x"
	}
	return arrow
}

// mermaidColours give nodes and edges the colours of their tones.
func mermaidColours(b *strings.Builder, d *Drawing) {
	for _, t := range mermaidTones {
		var nodes, edges []string
		for i := range d.Nodes {
			if d.Nodes[i].Tone == t.tone {
				nodes = append(nodes, d.Nodes[i].ID)
			}
		}
		for i := range d.Edges {
			if d.Edges[i].Tone == t.tone {
				edges = append(edges, fmt.Sprint(i))
			}
		}
		if nodes != nil {
			fmt.Fprintf(b, "  classDef %s fill:%s,stroke:%s,color:#1f2328\n  class %s %s\n", t.name, toneFill[t.tone], toneInk[t.tone], strings.Join(nodes, ","), t.name)
		}
		if edges != nil {
			fmt.Fprintf(b, "  linkStyle %s stroke:%s\n", strings.Join(edges, ","), toneInk[t.tone])
		}
	}
}

// mermaidQuote is lines as one label, in which only letters, digits and what means nothing to
// mermaid, to HTML and to Markdown are themselves.
func mermaidQuote(lines ...string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, line := range lines {
		if i > 0 {
			b.WriteString("<br/>")
		}
		for _, r := range line {
			if r < 0x80 && !meansNothing(r) {
				fmt.Fprintf(&b, "#%d;", r)
				continue
			}
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func meansNothing(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(" ./,-+?%", r)
}
