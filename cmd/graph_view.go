package cmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/analyze/graph"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

func (o *graphOptions) draw(ctx context.Context, l *input.Loaded, evidence *evidence.Evidence) error {
	if err := console.FirstError(l.MustHold(), l.CheckNamespaces()); err != nil {
		return err
	}
	view, err := o.graph(l, evidence)
	if err != nil {
		return err
	}
	return format.Write(console.Stoppable{Ctx: ctx, Out: o.streams.Out}, o.output.format, view, o.output.options(o.streams, o.color))
}

func (o *graphOptions) graph(l *input.Loaded, evidence *evidence.Evidence) (format.View, error) {
	ends, err := o.ends(l)
	if err != nil {
		return nil, err
	}
	options := o.options
	if len(o.around) > 0 {
		if options.Focus, err = o.focused(l); err != nil {
			return nil, err
		}
	}
	c := calls.Of(l.Mesh, o.calls(l, ends), evidence)
	g := graph.Of(c, options)
	notes := o.graphNotes(g, c)
	if len(g.Edges) == 0 && len(c.Rows(false)) == 0 {
		notes = append(notes, o.whyEmpty(l, c.Query)...)
	}
	return render.NewGraph(g, render.GraphOptions{
		Scope: l.Scope(), By: byWords[options.By], Filtered: o.filters(l) || len(o.around) > 0, Evidence: evidence, Notes: notes,
	}), nil
}

// focused are the workloads of what --focus names.
func (o *graphOptions) focused(l *input.Loaded) ([]*inbound.Workload, error) {
	things, err := input.FindAll(l, o.around)
	if err != nil {
		return nil, err
	}
	var list []*inbound.Workload
	for _, t := range things {
		list = append(list, l.Mesh.Members(t)...)
	}
	if len(list) == 0 {
		return nil, console.Usage("name a workload, a service with workloads, or a namespace", "--focus %s: no workload", strings.Join(o.focus, ","))
	}
	return list, nil
}

// graphNotes say what the graph leaves out.
func (o *graphOptions) graphNotes(g *graph.Graph, c *calls.Calls) []string {
	var notes []string
	possible := len(g.Bases) == 1 && g.Bases[0] == graph.Possible
	switch {
	case possible && len(o.edges) == 0:
		notes = append(notes, "no traffic data and no declared call: the edges are calls that are possible")
	case len(o.edges) == 0:
		notes = append(notes, "edges are calls that were observed or that configuration declares; --edges possible shows all calls that are possible")
	}
	if n := otherwise(g); n > 0 {
		notes = append(notes, fmt.Sprintf("%s mtls by configuration, but plaintext was observed: see connections with the same traffic data", console.Plural(n, "edge")+" "+isAre(n)))
	}
	if n := len(g.Collapsed); n > 0 {
		noun := "namespaces are"
		if n == 1 {
			noun = "namespace is"
		}
		notes = append(notes, fmt.Sprintf("%d %s one node each: the graph is too large otherwise. Choose with -n NAMESPACE or --focus NAME, or raise --max-nodes", n, noun))
	}
	if left := render.VerdictsOf(g.Left); left != "" {
		notes = append(notes, "edges left out, since the picture has no room: "+left+". -o json and -o table have all edges")
		if o.output.word == "mermaid" { // which shows no notes
			console.Say(o.streams, "%s", notes[len(notes)-1])
		}
	}
	if g.TooMany {
		notes = append(notes, fmt.Sprintf("%d nodes and %d edges are hard to read. Choose with -n NAMESPACE, --focus NAME or --verdict", len(g.Nodes), len(g.Edges)))
	}
	return append(notes, render.UnsettledCalls(c)...)
}

// otherwise counts the edges that are mTLS, and on which plaintext was seen.
func otherwise(g *graph.Graph) int {
	n := 0
	for _, e := range g.Edges {
		if e.Verdict() == resolve.VerdictMTLS && !e.Seen.Plaintext.IsZero() {
			n++
		}
	}
	return n
}
