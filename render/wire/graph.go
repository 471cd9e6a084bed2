package wire

import "fmt"

// Graph is the data of graph: who calls whom, as nodes and edges. Elements are as Cytoscape reads
// them; Calls are listed once, and edges name them by numbers, which count from 1.
type Graph struct {
	APIVersion string `json:"apiVersion" jsonschema:"enum=mtlsctl.io/v1alpha1"`
	Kind       string `json:"kind" jsonschema:"enum=Graph"`
	Scope      Scope  `json:"scope"`
	// Filtered is true where a flag leaves calls out.
	Filtered bool `json:"filtered"`
	// By is what nodes stand for.
	By string `json:"by" jsonschema:"enum=workload,enum=service,enum=namespace"`
	// Edges are the bases of the edges that are shown: observed in traffic, declared by
	// configuration, or only possible, which includes both.
	Edges  []string    `json:"edges"`
	Totals GraphTotals `json:"totals"`
	// Collapsed are the namespaces that are one node each, since the graph is too large otherwise.
	Collapsed []GraphGroup `json:"collapsed"`
	Notes     []string     `json:"notes"`
	Calls     []GraphCall  `json:"calls"`
	// Evidence is the record of traffic, null where none was given.
	Evidence *MigrationEvidence `json:"evidence" jsonschema:"nullable"`
	Elements GraphElements      `json:"elements"`
	// Whole is true, and comes last: a report without it was cut off.
	Whole bool `json:"whole"`
}

// GraphTotals counts nodes, edges by their verdicts, and connections: a client workload and an
// endpoint each.
type GraphTotals struct {
	Nodes       int           `json:"nodes"`
	Edges       VerdictTotals `json:"edges"`
	Connections VerdictTotals `json:"connections"`
}

// GraphGroup is a namespace, in a cluster where several were read.
type GraphGroup struct {
	Cluster   string `json:"cluster"`
	Namespace string `json:"namespace"`
}

// GraphElements are the nodes and edges.
type GraphElements struct {
	Nodes []GraphNodeElement `json:"nodes"`
	Edges []GraphEdgeElement `json:"edges"`
}

// GraphNodeElement is a node, or a namespace that others name as their parent.
type GraphNodeElement struct {
	Data GraphNode `json:"data"`
}

// GraphEdgeElement is an edge.
type GraphEdgeElement struct {
	Data GraphEdge `json:"data"`
}

// GraphNode is a node. A namespace that is the parent of others is of kind group.
type GraphNode struct {
	ID string `json:"id"`
	// Parent is the id of the group that it belongs to, absent where it belongs to none.
	Parent    string `json:"parent,omitempty"`
	Kind      string `json:"kind" jsonschema:"enum=workload,enum=service,enum=gateway,enum=waypoint,enum=host,enum=outside,enum=namespace,enum=group"`
	Label     string `json:"label"`
	Cluster   string `json:"cluster"`
	Namespace string `json:"namespace"`
	// Object is the workload, Service, ServiceEntry or Namespace, null for none.
	Object    *Ref   `json:"object" jsonschema:"nullable"`
	Dataplane string `json:"dataplane"`
	// Mode is that of the ports which needs a look first, "" without a port.
	Mode string `json:"mode" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE,enum=NONE,enum=TLS,enum=UNKNOWN,enum="`
	// Workloads is how many the node stands for, Ports counts their ports by mode.
	Ports Totals `json:"ports"`
	// Policies are the PeerAuthentications that decide the ports.
	Policies []Ref `json:"policies"`
}

// GraphEdge is all calls from one node to another.
type GraphEdge struct {
	ID     string `json:"id"`
	Source string `json:"source"`
	Target string `json:"target"`
	// Verdict is that of the calls that need a look first.
	Verdict     string        `json:"verdict" jsonschema:"enum=mtls,enum=plaintext,enum=broken,enum=passthrough-tls,enum=unknown"`
	Connections VerdictTotals `json:"connections"`
	// Denied counts the connections that AuthorizationPolicies refuse.
	Denied int `json:"denied"`
	// Basis is the strongest of the calls.
	Basis string `json:"basis" jsonschema:"enum=possible,enum=declared,enum=observed"`
	// Evidence is what was seen of the calls, null where nothing was.
	Evidence *ConnectionEvidence `json:"evidence" jsonschema:"nullable"`
	// Seen is the same in words.
	Seen string `json:"seen"`
	// Calls are places in the calls of the graph, what needs a look first; More counts those that
	// are left out.
	Calls []GraphEdgeCall `json:"calls"`
	More  int             `json:"more"`
}

// GraphEdgeCall is a call of an edge.
type GraphEdgeCall struct {
	Call  int    `json:"call"`
	Basis string `json:"basis" jsonschema:"enum=possible,enum=declared,enum=observed"`
	// Says is where configuration names the call, "" where it does not.
	Says string `json:"says"`
	// From is a client as --from of connections takes it, "" where it is none.
	From string `json:"from"`
}

// GraphCall is calls to a port that end alike, with why.
type GraphCall struct {
	// To is what is called, as --to of connections takes it.
	To      string `json:"to"`
	Verdict string `json:"verdict" jsonschema:"enum=mtls,enum=plaintext,enum=broken,enum=passthrough-tls,enum=unknown"`
	Sends   string `json:"sends" jsonschema:"enum=PLAINTEXT,enum=SIMPLE,enum=MUTUAL,enum=ISTIO_MUTUAL,enum=HBONE,enum=NOTHING,enum=UNKNOWN"`
	Accepts string `json:"accepts" jsonschema:"enum=STRICT,enum=PERMISSIVE,enum=DISABLE,enum=NONE,enum=TLS,enum=UNKNOWN"`
	// Rule is the object that decided what is sent, AcceptsBy the one that decided the mode; null
	// for none.
	SendsBecause    string   `json:"sendsBecause"`
	Rule            *Ref     `json:"rule" jsonschema:"nullable"`
	Field           string   `json:"field"`
	Position        Position `json:"position"`
	AcceptsBecause  string   `json:"acceptsBecause"`
	AcceptsBy       *Ref     `json:"acceptsBy" jsonschema:"nullable"`
	AcceptsPosition Position `json:"acceptsPosition"`
	VerdictBecause  string   `json:"verdictBecause"`
	Symptom         string   `json:"symptom"`
	// Via is the waypoint that forwards the calls, null for none.
	Via *Ref `json:"via" jsonschema:"nullable"`
	// DeniedBy are the AuthorizationPolicies that refuse them.
	DeniedBy []Ref `json:"deniedBy"`
}

// check looks whether every number and id leads somewhere.
func (g *Graph) check() error {
	known := map[string]bool{}
	for i := range g.Elements.Nodes {
		known[g.Elements.Nodes[i].Data.ID] = true
	}
	for i := range g.Elements.Nodes {
		if n := &g.Elements.Nodes[i].Data; n.Parent != "" && !known[n.Parent] {
			return fmt.Errorf("not a report: node %s has the parent %s, which is not there", n.ID, n.Parent)
		}
	}
	var edges VerdictTotals
	for i := range g.Elements.Edges {
		e := &g.Elements.Edges[i].Data
		edges.Count(e.Verdict)
		if !known[e.Source] || !known[e.Target] {
			return fmt.Errorf("not a report: edge %s has an end that is not there", e.ID)
		}
		for _, c := range e.Calls {
			if c.Call < 1 || c.Call > len(g.Calls) {
				return fmt.Errorf("not a report: edge %s names call %d, which is not there", e.ID, c.Call)
			}
		}
	}
	if edges != g.Totals.Edges {
		return fmt.Errorf("incomplete report: it has %d edges, but its totals are %d", edges.Sum(), g.Totals.Edges.Sum())
	}
	return nil
}
