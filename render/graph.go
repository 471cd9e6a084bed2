package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Graph is the report "who calls whom, as a picture", just made or read back.
type Graph struct{ *wire.Graph }

// drawnEdge is an edge with its ends.
type drawnEdge struct {
	*wire.GraphEdge
	from, to *wire.GraphNode
}

// Blocks implements View: an edge a row, what needs a look first.
func (v Graph) Blocks(wide bool) []format.Block {
	edges := v.edges()
	if len(edges) == 0 {
		return nothing("no connection to show", func() []string { return v.Notes })
	}
	return []format.Block{{Table: tableOf(v.fields(), edges, wide)}, {Lines: append([]string{v.total()}, v.Notes...)}}
}

func (v Graph) total() string {
	n := v.Totals.Edges
	text := fmt.Sprintf("%s, %s: %s", count(v.Totals.Nodes, "node"), count(n.Sum(), "edge"), verdictsText(n))
	if v.Filtered {
		text += " (filtered)"
	}
	return text
}

func (v Graph) fields() []field[drawnEdge] {
	from := baseOf(&v.Scope)
	return []field[drawnEdge]{
		{Column: format.Column{Head: "FROM", Group: true}, cell: worded(func(e drawnEdge) string { return nodeText(e.from) })},
		{Column: format.Column{Head: "TO"}, cell: worded(func(e drawnEdge) string { return nodeText(e.to) })},
		{Column: format.Column{Head: "RESULT"}, cell: edgeCell},
		{Column: format.Column{Head: "CONNECTIONS", Drop: 4}, cell: worded(func(e drawnEdge) string { return verdictsBrief(e.Connections) })},
		{Column: format.Column{Head: "KNOWN", Drop: 3}, cell: worded(knownText)},
		{Column: format.Column{Head: "BECAUSE", Drop: 1, Below: true}, cell: func(e drawnEdge) format.Cell { return format.Cell{Text: v.worst(e).because(), Prose: true} }},
		{Column: format.Column{Head: "AT", Drop: 5}, cell: worded(func(e drawnEdge) string { return from.of(v.worst(e).at()) }), wide: true},
	}
}

// edgeCell is the verdict, and whether policies refuse the calls.
func edgeCell(e drawnEdge) format.Cell {
	cell := verdictNamed(e.Verdict)
	if e.Denied > 0 && e.Denied == e.Connections.Sum() {
		cell.Text += ", denied"
	}
	return cell
}

// knownText is what was seen, else how the edge is known.
func knownText(e drawnEdge) string {
	if e.Seen != "" {
		return e.Seen
	}
	return e.Basis
}

// verdictsBrief counts what is there.
func verdictsBrief(t wire.VerdictTotals) string {
	var parts []string
	for _, verdict := range verdictOrder {
		if n := t.Of(verdict); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, verdict))
		}
	}
	return strings.Join(parts, ", ")
}

// VerdictsOf counts what is there: "3 broken, 1 mtls", "" for nothing.
func VerdictsOf(n map[resolve.Verdict]int) string { return verdictsBrief(verdictTotals(n)) }

// verdictOrder are the verdicts, what needs a look first.
var verdictOrder = []string{
	resolve.VerdictBroken.String(), resolve.VerdictPlaintext.String(), resolve.VerdictUnknown.String(), resolve.VerdictPassthroughTLS.String(), resolve.VerdictMTLS.String(),
}

// worst is the call of an edge that needs a look first.
func (v Graph) worst(e drawnEdge) argued {
	if len(e.Calls) == 0 {
		return argued{}
	}
	return argued{v.Calls[e.Calls[0].Call-1], e.Calls[0].Says}
}

// argued is a call and what speaks of it.
type argued struct {
	wire.GraphCall
	says string
}

// because says what decided: the verdict where it is not mTLS, else what is sent.
func (a argued) because() string {
	switch {
	case a.Verdict != resolve.VerdictMTLS.String() && a.VerdictBecause != "":
		return a.VerdictBecause
	case a.SendsBecause != "":
		return a.SendsBecause
	}
	return a.says
}

func (a argued) at() resolve.Position { return placedAt(a.Position) }

// edges are those of the report with their ends, what needs a look first.
func (v Graph) edges() []drawnEdge {
	nodes := map[string]*wire.GraphNode{}
	for i := range v.Elements.Nodes {
		nodes[v.Elements.Nodes[i].Data.ID] = &v.Elements.Nodes[i].Data
	}
	var list []drawnEdge
	for _, verdict := range verdictOrder {
		for i := range v.Elements.Edges {
			if e := &v.Elements.Edges[i].Data; e.Verdict == verdict {
				list = append(list, drawnEdge{e, nodes[e.Source], nodes[e.Target]})
			}
		}
	}
	return list
}

// nodeText names a node: "deploy/web.shop", "namespace shop (12 workloads)".
func nodeText(n *wire.GraphNode) string {
	switch n.Kind {
	case "namespace":
		return "namespace " + groupLabel(n.Cluster, n.Namespace)
	case "outside", "host":
		return n.Label
	}
	text := n.Label + "." + groupLabel(n.Cluster, n.Namespace)
	if n.Kind == "gateway" || n.Kind == "waypoint" {
		text += " (" + n.Kind + ")"
	}
	return text
}

// Data implements View: a Graph.
func (v Graph) Data() any { return v.Graph }

// Names implements View: the workloads, services and namespaces.
func (v Graph) Names() []string {
	var names []string
	for i := range v.Elements.Nodes {
		if n := &v.Elements.Nodes[i].Data; n.Object != nil && n.Kind != "host" {
			names = append(names, resourceName(objectOf(*n.Object)))
		}
	}
	return names
}
