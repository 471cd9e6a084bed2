package cmd

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

const connectionsLong = `connections shows for every client and every Service port what the client's proxy
sends, what the server accepts, and the result of the call: mtls, plaintext,
broken, passthrough-tls (TLS reaches the application undecrypted) or unknown.

Clients that send the same share a row, and so do endpoints that accept the same;
--expand shows each workload. The port with the worst result comes first. Clients
are all workloads with a proxy; to see one without a proxy, name it with --from.
Hosts are those that a client's Sidecar resource makes visible; to see a hidden
host, name it with --to.

With --from one workload and --to one port, connections explains the call step by
step, in the order in which Istio decides: scope, DestinationRule, TLS setting,
auto mTLS, endpoints, server.

--from takes [TYPE/]NAME[.NAMESPACE] of a workload, a pod, or a service (the
workloads of the service), and ns/NAME. --to takes these, a host name, the address of
a service, and NAME[.NAMESPACE]:PORT[/SUBSET]; the port of a workload is the
container port.`

const connectionsExample = `  # every client, every Service port, broken calls first
  mtlsctl connections -f manifests/

  # what is not mTLS, into or out of one namespace
  mtlsctl connections -f manifests/ -n shop --verdict broken,plaintext

  # who calls pay, and how
  mtlsctl connections -f manifests/ --to pay.shop

  # the whole mesh at a glance: a line a namespace; namespaces that call namespaces
  mtlsctl connections -f manifests/ --summary
  mtlsctl connections -f manifests/ --matrix

  # one call, step by step
  mtlsctl connections -f manifests/ --from deploy/web.shop --to pay.shop:80

  # the rows of the table for a script, and every pair of workloads
  mtlsctl connections -f manifests/ -o json
  mtlsctl connections -f manifests/ --expand -o json`

// verdictWords are the values of --verdict, what needs a look first.
var verdictWords = []string{"broken", "plaintext", "unknown", "passthrough-tls", "mtls"}

// connectionsOptions is everything that one run of connections needs.
type connectionsOptions struct {
	streams  console.Streams
	color    *console.ColorFlag
	input    input.Flags
	output   outputFlags
	records  input.EvidenceFlags
	proxies  input.ProxyFlag
	from, to []string
	selector string
	verdicts []string
	expand   bool
	sums     overviewFlags

	// given reports whether a flag was on the command line, even without a value.
	given   func(flag string) bool
	sources []resolve.Name
	targets []resolve.Target
	labels  labels.Selector
	wanted  map[resolve.Verdict]bool
}

func newConnections(s console.Streams, color *console.ColorFlag) *cobra.Command {
	o := &connectionsOptions{streams: s, color: color}
	c := &cobra.Command{
		Use: "connections", Short: "Show what every client sends, and the result of every call",
		Long: connectionsLong, Example: connectionsExample, Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.complete(args); err != nil {
				return err
			}
			return console.InputError(o.run(c.Context()))
		},
	}
	o.input.Add(c)
	o.output.addFormat(c)
	o.add(c)
	c.ValidArgsFunction = console.NoFiles
	return c
}

func (o *connectionsOptions) add(c *cobra.Command) {
	o.choose(c)
	fs := c.Flags()
	o.proxies.Add(c)
	fs.BoolVar(&o.expand, "expand", false, "one row for each client workload and endpoint")
	o.sums.add(c)
}

// choose adds the flags that choose calls, and say which are made.
func (o *connectionsOptions) choose(c *cobra.Command) {
	fs := c.Flags()
	o.given = fs.Changed
	fs.Lookup("namespace").Usage = "show only calls from or to namespace `NS`; objects without a namespace belong to it"
	fs.StringSliceVar(&o.from, "from", nil, "show only calls of clients `NAME,...`")
	fs.StringSliceVar(&o.to, "to", nil, "show only calls to `NAME,...`, optionally with :PORT and /SUBSET")
	fs.StringVarP(&o.selector, "selector", "l", "", "show only calls of clients whose pod labels match `SELECTOR`, as in kubectl")
	fs.StringSliceVar(&o.verdicts, "verdict", nil, "show only calls with the result `VERDICT,...`: "+strings.Join(verdictWords, ", "))
	o.records.Add(c)
	ends := o.input.Named(append(slices.Clone(input.WorkloadsListed), resolve.KindService)...)
	console.Completes(c, "from", console.ManyOf(ends))
	console.Completes(c, "to", console.ManyOf(ends))
	console.Completes(c, "selector", console.NoFiles)
	console.Completes(c, "verdict", console.ManyOf(console.OneOf(verdictWords...)))
}

// complete checks everything that can be checked before reading.
func (o *connectionsOptions) complete(args []string) (err error) {
	if err := console.FirstError(o.output.complete(), o.proxies.Validate(), o.sums.complete(o.expand)); err != nil {
		return err
	}
	if err := console.FirstError(o.input.Validate(args), o.records.Validate(&o.input)); err != nil {
		return err
	}
	if len(args) > 0 {
		return console.Usage("mtlsctl connections --to "+shell.Word(args[0])+" shows who calls it, --from what it calls", "connections takes no argument, but got %q", args[0])
	}
	return o.completeEnds()
}

func (o *connectionsOptions) completeEnds() (err error) {
	for name, values := range map[string][]string{"from": o.from, "to": o.to, "verdict": o.verdicts} {
		if o.given(name) && len(values) == 0 {
			return console.Usage("", "--%s has no value", name)
		}
	}
	if o.labels, err = labels.Parse(o.selector); err != nil {
		return console.Usage("for example -l app=shop,tier!=db", "-l %q: %s", o.selector, err)
	}
	if o.wanted, err = parseVerdicts(o.verdicts); err != nil {
		return err
	}
	if o.sources, err = input.ParseSources(o.from); err != nil {
		return err
	}
	o.targets, err = input.ParseTargets(o.to)
	return err
}

func (o *connectionsOptions) run(ctx context.Context) error {
	seen, err := o.records.Read(ctx, o.streams)
	if err != nil {
		return err
	}
	dumps, err := o.proxies.Read(ctx, &o.input)
	if err != nil {
		return err
	}
	l, err := input.Load(ctx, &o.input, o.streams)
	if err != nil {
		return err
	}
	evidence := o.records.Evidence(seen, l)
	answered := o.answer(ctx, l, evidence, dumps)
	usable := dumps.Say(o.streams)
	covered := console.FirstError(usable, l.Report(o.streams))
	return console.FirstError(console.UnlessClosed(answered), input.SayEvidence(o.streams, evidence), covered)
}

func (o *connectionsOptions) answer(ctx context.Context, l *input.Loaded, evidence *evidence.Evidence, dumps *input.Dumps) error {
	if err := console.FirstError(l.MustHold(), l.CheckNamespaces()); err != nil {
		return err
	}
	view, err := o.view(l, evidence, dumps)
	if err != nil {
		return err
	}
	return format.Write(console.Stoppable{Ctx: ctx, Out: o.streams.Out}, o.output.format, view, o.output.options(o.streams, o.color))
}
