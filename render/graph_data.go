package render

import (
	"strconv"

	"github.com/mtlsctl/mtlsctl/analyze/graph"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// GraphOptions are what a graph's report has besides the graph.
type GraphOptions struct {
	Scope    wire.Scope
	By       string
	Filtered bool
	Evidence *evidence.Evidence
	Notes    []string
}

// NewGraph is the report "who calls whom, as a picture".
func NewGraph(g *graph.Graph, o GraphOptions) Graph {
	data := wire.Graph{
		APIVersion: wire.APIVersion, Kind: "Graph", Whole: true, Scope: filled(o.Scope), By: o.By, Filtered: o.Filtered,
		Edges: []string{}, Collapsed: []wire.GraphGroup{}, Notes: append([]string{}, o.Notes...), Calls: []wire.GraphCall{},
		Elements: wire.GraphElements{Nodes: []wire.GraphNodeElement{}, Edges: []wire.GraphEdgeElement{}},
	}
	for _, b := range g.Bases {
		data.Edges = append(data.Edges, b.String())
	}
	for _, c := range g.Collapsed {
		data.Collapsed = append(data.Collapsed, wire.GraphGroup{Cluster: c.Cluster, Namespace: c.Namespace})
	}
	if o.Evidence != nil {
		data.Evidence = newMigrationEvidence(o.Evidence)
	}
	b := graphBuilder{&data, observed{o.Evidence}, map[graph.Group]string{}, map[*graph.Node]string{}, map[any]int{}}
	for _, n := range g.Nodes {
		b.node(n)
	}
	for _, e := range g.Edges {
		b.edge(e)
	}
	data.Totals.Nodes = len(g.Nodes)
	return Graph{&data}
}

// graphBuilder numbers what others name.
type graphBuilder struct {
	*wire.Graph
	seen   observed
	groups map[graph.Group]string
	nodes  map[*graph.Node]string
	calls  map[any]int
}

func (b *graphBuilder) node(n *graph.Node) {
	id := "n" + strconv.Itoa(len(b.nodes)+1)
	b.nodes[n] = id
	node := wire.GraphNode{
		ID: id, Parent: b.group(n), Kind: n.Kind.String(), Label: n.Name, Cluster: n.Cluster, Namespace: n.Namespace, Object: refOrNull(n.Ref),
		Policies: refsOf(n.Policies), Ports: wire.Totals{Workloads: n.Workloads},
	}
	for mode, count := range n.Modes {
		for range count {
			countMode(&node.Ports, mode)
		}
	}
	if mode := n.Mode(); mode != resolve.Unset {
		node.Mode = mode.String()
	}
	if n.Workloads > 0 && n.Kind != graph.Namespace {
		node.Dataplane = n.Dataplane.String()
	}
	b.Elements.Nodes = append(b.Elements.Nodes, wire.GraphNodeElement{Data: node})
}

// group is the id of the group of a node, "" for none; groups come before their first node.
func (b *graphBuilder) group(n *graph.Node) string {
	if n.Kind == graph.Namespace || n.Group == (graph.Group{}) {
		return ""
	}
	if id := b.groups[n.Group]; id != "" {
		return id
	}
	id := "g" + strconv.Itoa(len(b.groups)+1)
	b.groups[n.Group] = id
	b.Elements.Nodes = append(b.Elements.Nodes, wire.GraphNodeElement{Data: wire.GraphNode{
		ID: id, Kind: "group", Label: groupLabel(n.Cluster, n.Namespace), Cluster: n.Cluster, Namespace: n.Namespace, Policies: []wire.Ref{},
	}})
	return id
}

func groupLabel(cluster, namespace string) string {
	if cluster == "" {
		return namespace
	}
	return namespace + " in " + cluster
}

func (b *graphBuilder) edge(e *graph.Edge) {
	edge := wire.GraphEdge{
		ID: "e" + strconv.Itoa(len(b.Elements.Edges)+1), Source: b.nodes[e.From], Target: b.nodes[e.To], Verdict: e.Verdict().String(),
		Connections: verdictTotals(e.Connections), Denied: e.Denied, Basis: e.Basis.String(), Calls: []wire.GraphEdgeCall{}, More: e.More,
	}
	if !e.Seen.IsZero() {
		edge.Seen = b.seen.text(e.Seen)
		edge.Evidence = &wire.ConnectionEvidence{MTLS: sightOf(e.Seen.MTLS), Plaintext: sightOf(e.Seen.Plaintext), Unknown: sightOf(e.Seen.Unknown)}
	}
	for _, c := range e.Calls {
		from := ""
		if c.Client != nil {
			from = c.Client.Short() + "." + c.Client.Ref.Namespace
		}
		edge.Calls = append(edge.Calls, wire.GraphEdgeCall{Call: b.call(c), Basis: c.Basis.String(), Says: c.Says, From: from})
	}
	b.Totals.Edges.Count(edge.Verdict)
	b.Totals.Connections.Add(edge.Connections)
	b.Elements.Edges = append(b.Elements.Edges, wire.GraphEdgeElement{Data: edge})
}

// call is the number of a call; a part of several edges is one.
func (b *graphBuilder) call(c *graph.Call) int {
	var key any = c
	if c.Part != nil {
		key = c.Part
	}
	if b.calls[key] == 0 {
		b.Calls = append(b.Calls, newGraphCall(c))
		b.calls[key] = len(b.Calls)
	}
	return b.calls[key]
}

func newGraphCall(c *graph.Call) wire.GraphCall {
	call := wire.GraphCall{
		Verdict: c.Verdict.String(), Sends: resolve.SendsUnknown.String(), Accepts: resolve.Unknown.String(), DeniedBy: []wire.Ref{},
	}
	if p := c.Peers; p != nil {
		call.To, call.Sends, call.Accepts = clientText(p.Workload)+":"+strconv.Itoa(int(p.Port.Number)), resolve.SendsPlaintext.String(), p.Port.Decision.Mode.String()
		call.SendsBecause, call.VerdictBecause, call.Symptom = "its pods dial each other by pod IP", words.Because(p.Outcome.Why), words.Symptom(p.Outcome.Symptom)
		call.AcceptsBecause, call.AcceptsBy, call.AcceptsPosition = words.Because(p.Port.Decision.Why), refOrNull(p.Port.Decision.By), positionOf(p.Port.Decision.Position())
		return call
	}
	call.To = hostText(c.Host)
	if c.Part != nil {
		call.DeniedBy = deniedBy(&c.Part.Admission)
	}
	if c.Connection == nil {
		return call
	}
	fillCall(&call, c.Connection)
	return call
}

// fillCall takes over what a connection says of itself.
func fillCall(call *wire.GraphCall, c *outbound.Connection) {
	if c.Port != nil {
		call.To = targetText(c)
	}
	call.Sends, call.SendsBecause, call.Rule = c.Sends.TLS.String(), words.Because(c.Sends.Reason()), refOrNull(c.Sends.By)
	call.Field, call.Position, call.Via = string(c.Sends.Field), positionOf(c.Sends.Position()), refOrNull(c.Sends.Waypoint)
	call.VerdictBecause, call.Symptom = words.Because(c.Outcome.Why), words.Symptom(c.Outcome.Symptom)
	if c.Server != nil {
		call.Accepts, call.AcceptsBecause = c.Serves.Mode.String(), words.Because(c.Serves.Why)
		call.AcceptsBy, call.AcceptsPosition = refOrNull(c.Serves.By), positionOf(c.Serves.Position())
	}
}
