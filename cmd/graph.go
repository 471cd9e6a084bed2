package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze/graph"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

const graphLong = `graph draws who calls whom: workloads, gateways, waypoints, hosts and outside callers,
in a frame for each namespace, and an edge for the calls between two of them. An edge
has the worst result of its calls: mtls (closed lock), plaintext (open lock), broken,
passthrough-tls or unknown. A node has the mode of its ports and the policies that set
it.

--edges chooses the calls: observed in traffic (--traffic, --prometheus, --access-log),
declared by configuration, or possible: all calls that connections lists. The default is
observed and declared calls; where none is known, possible calls.

Results are those of mtlsctl connections, with the same flags to choose calls.
--focus NAME shows what is around a workload, service or namespace. A graph of more than
150 nodes shows the largest namespaces as one node each; --max-nodes changes that.

Formats: -o html is one page that needs no network; -o mermaid and -o markdown are drawn
by GitHub and GitLab; -o dot is for Graphviz; -o json has the elements that Cytoscape
reads.`

const graphExample = `  # a page to look at, with the reason of every edge
  mtlsctl graph -f manifests/ -o html > graph.html

  # what is around pay, two calls away
  mtlsctl graph -f manifests/ --focus deploy/pay.shop --depth 2 -o mermaid

  # namespaces that call namespaces, and only what is not mTLS
  mtlsctl graph -f manifests/ --by namespace --verdict plaintext,broken -o dot

  # calls that were seen
  mtlsctl graph -A --prometheus http://localhost:9090 --edges observed -o html > graph.html`

// graphOptions is everything that one run of graph needs; what chooses calls is that of
// connections.
type graphOptions struct {
	connectionsOptions
	by              string
	edges, focus    []string
	depth, maxNodes int

	options graph.Options
	around  []resolve.Name
}

// basisWords and byWords are the values of --edges and --by.
var (
	basisWords = []string{graph.Observed.String(), graph.Declared.String(), graph.Possible.String()}
	byWords    = []string{"workload", "service", "namespace"}
)

func newGraph(s console.Streams, color *console.ColorFlag) *cobra.Command {
	o := &graphOptions{connectionsOptions: connectionsOptions{streams: s, color: color}}
	c := &cobra.Command{
		Use: "graph", Short: "Draw who calls whom, and which calls are mTLS",
		Long: graphLong, Example: graphExample, Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.complete(args); err != nil {
				return err
			}
			return console.InputError(o.run(c.Context()))
		},
	}
	o.input.Add(c)
	o.output.addDrawn(c)
	o.choose(c)
	o.addGraph(c)
	c.ValidArgsFunction = console.NoFiles
	return c
}

func (o *graphOptions) addGraph(c *cobra.Command) {
	fs := c.Flags()
	fs.StringSliceVar(&o.edges, "edges", nil, "show only calls that are `BASIS,...`: "+strings.Join(basisWords, ", ")+" (default observed,declared; possible where none is known)")
	fs.StringVar(&o.by, "by", byWords[0], "what a node is, `KIND`: "+strings.Join(byWords, ", "))
	fs.StringSliceVar(&o.focus, "focus", nil, "show only what is around `NAME,...`: workloads, services or namespaces")
	fs.IntVar(&o.depth, "depth", 1, "with --focus, end the graph `N` calls away")
	fs.IntVar(&o.maxNodes, "max-nodes", 150, "show the largest namespaces as one node each where the graph has more than `N` nodes; 0 for any number")
	console.Completes(c, "edges", console.ManyOf(console.OneOf(basisWords...)))
	console.Completes(c, "by", console.OneOf(byWords...))
	console.Completes(c, "focus", console.ManyOf(o.input.Named(append([]resolve.Kind{resolve.KindService, resolve.KindNamespace}, input.WorkloadsListed...)...)))
}

func (o *graphOptions) complete(args []string) (err error) {
	if err := console.FirstError(o.output.completeDrawn(), o.input.Validate(args), o.records.Validate(&o.input)); err != nil {
		return err
	}
	switch {
	case len(args) > 0:
		return console.Usage("mtlsctl graph --focus "+shell.Word(args[0])+" shows what is around it", "graph takes no argument, but got %q", args[0])
	case o.given("focus") && len(o.focus) == 0:
		return console.Usage("", "--focus has no value")
	case o.depth < 1 || o.given("depth") && len(o.focus) == 0:
		return console.Usage("for example --focus deploy/pay.shop --depth 2", "--depth counts calls from what --focus names, at least 1")
	case o.maxNodes < 0:
		return console.Usage("", "--max-nodes %d: 0 or more", o.maxNodes)
	}
	if o.options, err = o.parseOptions(); err != nil {
		return err
	}
	if o.around, err = input.ParseArguments(o.focus); err != nil {
		return err
	}
	return o.completeEnds()
}

func (o *graphOptions) parseOptions() (graph.Options, error) {
	options := graph.Options{Depth: o.depth, MaxNodes: o.maxNodes, MaxEdges: manyEdges, Most: o.most()}
	if o.output.drawsPage() {
		options.MaxEdges = o.most()
		if !o.given("max-nodes") {
			options.MaxNodes = pageNodes
		}
	}
	at := -1
	for i, word := range byWords {
		if word == strings.TrimSpace(o.by) {
			at = i
		}
	}
	if at < 0 {
		return options, console.Usage("", "--by %q: one of %s", o.by, strings.Join(byWords, ", "))
	}
	options.By = graph.By(at)
	if o.given("edges") && len(o.edges) == 0 {
		return options, console.Usage("", "--edges has no value")
	}
	for _, word := range o.edges {
		basis, err := graph.ParseBasis(strings.TrimSpace(word))
		if err != nil {
			return options, console.Usage("", "--edges %q: one of %s", word, strings.Join(basisWords, ", "))
		}
		options.Bases = append(options.Bases, basis)
	}
	if options.MaxNodes == 0 {
		options.MaxEdges = 0
	}
	return options, nil
}

// manyEdges is how many edges a picture can have before namespaces are collapsed. A page collapses
// them itself, so that it can have more: pageNodes and mostOfPage bound what it weighs.
const manyEdges, pageNodes, mostOfPage = 1500, 1500, 5000

// mostOfMermaid is how many edges a flowchart may have: GitHub draws none with more than 500.
const mostOfMermaid = 450

// most is how many edges a reader of the format can take, 0 for any number.
func (o *graphOptions) most() int {
	switch {
	case format.DrawsMermaid(o.output.format):
		return mostOfMermaid
	case o.output.drawsPage():
		return mostOfPage
	}
	return 0
}

func (o *graphOptions) run(ctx context.Context) error {
	seen, err := o.records.Read(ctx, o.streams)
	if err != nil {
		return err
	}
	l, err := input.Load(ctx, &o.input, o.streams)
	if err != nil {
		return err
	}
	evidence := o.records.Evidence(seen, l)
	answered := o.draw(ctx, l, evidence)
	return console.FirstError(console.UnlessClosed(answered), input.SayEvidence(o.streams, evidence), l.Report(o.streams))
}
