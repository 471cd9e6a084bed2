package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// verdictMarks are a sign for each verdict, which no reader needs a colour for.
var verdictMarks = map[string]string{
	resolve.VerdictMTLS.String(): "🔒", resolve.VerdictPlaintext.String(): "🔓", resolve.VerdictBroken.String(): "✕",
	resolve.VerdictPassthroughTLS.String(): "🔑", resolve.VerdictUnknown.String(): "?",
}

// nodeShapes are the shapes of the kinds of nodes.
var nodeShapes = map[string]format.Shape{
	"workload": format.Box, "service": format.Round, "gateway": format.Hexagon, "waypoint": format.Hexagon, "host": format.Ellipse, "outside": format.Ellipse, "namespace": format.Stack,
}

// basisLines are the lines of the bases: what is seen is solid.
var basisLines = map[string]format.Line{"observed": format.Solid, "declared": format.Dashed, "possible": format.Dotted}

// Drawing implements format.Drawn.
func (v Graph) Drawing() format.Drawing {
	d := format.Drawing{Notes: append([]string{v.total()}, v.Notes...)}
	for i := range v.Elements.Nodes {
		n := &v.Elements.Nodes[i].Data
		if n.Kind == "group" {
			d.Groups = append(d.Groups, format.DrawnGroup{ID: n.ID, Label: n.Label})
			continue
		}
		d.Nodes = append(d.Nodes, format.DrawnNode{ID: n.ID, Group: n.Parent, Lines: nodeLines(n), Shape: nodeShapes[n.Kind], Tone: modeTones[n.Mode]})
	}
	for i := range v.Elements.Edges {
		e := &v.Elements.Edges[i].Data
		label := verdictMarks[e.Verdict] + " " + edgeCell(drawnEdge{GraphEdge: e}).Text
		if e.Seen != "" {
			label += ", " + e.Seen
		}
		d.Edges = append(d.Edges, format.DrawnEdge{From: e.Source, To: e.Target, Label: label, Tone: edgeTone(e), Line: basisLines[e.Basis], Broken: e.Verdict == resolve.VerdictBroken.String()})
	}
	return d
}

// edgeTone is never that of mTLS where plaintext was seen.
func edgeTone(e *wire.GraphEdge) format.Tone {
	if e.Verdict == resolve.VerdictMTLS.String() && e.Evidence != nil && e.Evidence.Plaintext.Count > 0 {
		return format.Attention
	}
	return verdictTones[e.Verdict]
}

// nodeLines are the label of a node: its name, its mode, and the policies that decide.
func nodeLines(n *wire.GraphNode) []string {
	lines := []string{n.Label}
	switch n.Kind {
	case "namespace":
		lines = []string{groupLabel(n.Cluster, n.Namespace), count(n.Ports.Workloads, "workload")}
	case "gateway", "waypoint", "outside":
		lines = append(lines, n.Kind)
	}
	if n.Mode != "" {
		lines = append(lines, modesText(n.Ports))
	}
	const most = 2
	for i, p := range n.Policies {
		if i == most {
			lines = append(lines, fmt.Sprintf("+%d policies", len(n.Policies)-most))
			break
		}
		lines = append(lines, "policy "+p.Namespace+"/"+p.Name)
	}
	return lines
}

// modesText is the mode of the ports, or how many have which.
func modesText(t wire.Totals) string {
	counts := []struct {
		mode string
		n    int
	}{{"NONE", t.None}, {"DISABLE", t.Disable}, {"UNKNOWN", t.Unknown}, {"PERMISSIVE", t.Permissive}, {"TLS", t.TLS}, {"STRICT", t.Strict}}
	var parts []string
	for _, c := range counts {
		switch {
		case c.n == t.Ports && c.n > 0:
			return c.mode
		case c.n > 0:
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.mode))
		}
	}
	return strings.Join(parts, ", ")
}

// Page implements format.Paged: the picture, what is not mTLS as a table, and the notes.
func (v Graph) Page() []format.Block {
	edges := v.edges()
	if len(edges) == 0 {
		return v.Blocks(false)
	}
	blocks := []format.Block{{Title: "Who calls whom", Example: format.Mermaid(v.Drawing()), Language: "mermaid"}}
	n := len(edges) - v.Totals.Edges.MTLS
	if n > 0 {
		blocks = append(blocks, format.Block{Title: "Not mTLS", Table: tableOf(v.fields(), edges[:n], false)})
	}
	return append(blocks, format.Block{Lines: append([]string{v.total()}, v.Notes...)})
}
