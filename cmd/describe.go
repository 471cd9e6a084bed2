package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
)

const describeLong = `describe shows the effective mTLS mode of every workload port, and why.

Without arguments it prints one table. With arguments it prints all about each
workload, service, namespace, pod or WorkloadEntry: whether a proxy handles its
ports, which policies match, which one applies and which are overridden. It also
shows possible clients of a workload, and outbound calls overridden by a
DestinationRule. For a PeerAuthentication it lists every port that the policy
decides, and where other policies override it; for a DestinationRule the calls whose
TLS it decides, and where it does not apply; for an AuthorizationPolicy the calls that
it denies.

An argument is NAME, TYPE/NAME or either with .NAMESPACE; NAMESPACE/NAME and
TYPE/NAMESPACE/NAME are the same. Or it is a TYPE followed by names, as in kubectl. Short names (deploy, sts, svc, ns, pa, dr) are understood.

Modes: STRICT, PERMISSIVE and DISABLE are Istio's. NONE means that no proxy
handles the port, TLS that a listener terminates TLS with its own settings. STRICT?
is the mode if the pod has a sidecar; it is unknown because the input does not show
whether the pod has one.`

const describeExample = `  # every port of every workload in a directory
  mtlsctl describe -f manifests/

  # the output of kustomize, one namespace
  mtlsctl describe -k overlays/prod -n shop

  # all about one workload, a service, a policy, a rule
  mtlsctl describe deploy/productpage.bookinfo -f manifests/
  mtlsctl describe svc/productpage -f manifests/
  mtlsctl describe peerauthentication/default.bookinfo -f manifests/
  mtlsctl describe destinationrule/reviews.bookinfo -f manifests/
  mtlsctl describe authorizationpolicy/reviews.bookinfo -f manifests/

  # the whole mesh at a glance: a line a namespace
  mtlsctl describe -f manifests/ --summary

  # ports that still accept plaintext, the worst first
  mtlsctl describe -f manifests/ --mode PERMISSIVE,DISABLE,NONE --sort-by mode`

// describeOptions is everything that one run of describe needs.
type describeOptions struct {
	streams console.Streams
	color   *console.ColorFlag
	input   input.Flags
	filter  filterFlags
	output  outputFlags
	records input.EvidenceFlags
	config  configFlags
	proxies input.ProxyFlag
	sums    overviewFlags
	names   []resolve.Name

	// evidence and exceptions are what the recommendation rests on.
	evidence   *evidence.Evidence
	exceptions []advise.Exception
	// dumps are what the proxies run, nil where nobody asked.
	dumps *input.Dumps
	// rules is the file of the exceptions, "" for none.
	rules string
}

func newDescribe(s console.Streams, color *console.ColorFlag) *cobra.Command {
	o := &describeOptions{streams: s, color: color}
	c := &cobra.Command{
		Use: "describe [[TYPE/]NAME[.NAMESPACE] ...]", Short: "Show the effective mTLS mode of every workload port, and why",
		Long: describeLong, Example: describeExample,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.complete(args); err != nil {
				return err
			}
			return console.InputError(o.run(c.Context()))
		},
	}
	o.input.Add(c)
	o.filter.add(c)
	o.output.add(c)
	o.records.Add(c)
	o.config.add(c)
	o.proxies.Add(c)
	o.sums.addSummary(c)
	c.ValidArgsFunction = o.input.Described
	return c
}

// complete checks everything that can be checked before reading.
func (o *describeOptions) complete(args []string) (err error) {
	if err := console.FirstError(o.output.complete(), o.filter.complete(), o.proxies.Validate(), o.input.Validate(args), o.records.Validate(&o.input)); err != nil {
		return err
	}
	o.names, err = input.ParseArguments(args)
	if err == nil && len(o.names) > 0 && o.sums.summary {
		return console.Usage("leave out --summary, or the names", "--summary counts whole namespaces, and takes no names")
	}
	if err == nil && len(o.names) == 0 && o.records.Given() {
		return console.Usage("name a workload, or run mtlsctl migrate-plan --status", "the table of modes does not use traffic data")
	}
	return err
}

// run reads, answers, and says what the answer covers, in this order even when
// the answer is an error: what was read explains it.
func (o *describeOptions) run(ctx context.Context) error {
	seen, err := o.readEvidence(ctx)
	if err != nil {
		return err
	}
	if o.dumps, err = o.proxies.Read(ctx, &o.input); err != nil {
		return err
	}
	l, err := input.Load(ctx, &o.input, o.streams)
	if err != nil {
		return err
	}
	l.Rules = o.rules
	o.evidence = o.records.Evidence(seen, l)
	if len(o.names) == 0 && !o.sums.summary { // a table of modes, which the client side has no say in
		l.Unused = append(l.Unused, cluster.ClientSide()...)
	}
	answered := o.answer(l)
	usable := o.dumps.Say(o.streams)
	covered := console.FirstError(usable, l.Report(o.streams))
	return console.FirstError(console.UnlessClosed(answered), input.SayEvidence(o.streams, o.evidence), covered)
}

// readEvidence reads what a recommendation rests on, where there is one.
func (o *describeOptions) readEvidence(ctx context.Context) (*evidence.Traffic, error) {
	if len(o.names) == 0 {
		return nil, nil
	}
	config, err := o.config.readExceptions(o.streams)
	if err != nil {
		return nil, err
	}
	o.exceptions, o.rules = config.Lasting(o.streams.Now()), config.File
	return o.records.Read(ctx, o.streams)
}

func (o *describeOptions) answer(l *input.Loaded) error {
	if err := console.FirstError(l.MustHold(), l.CheckNamespaces()); err != nil {
		return err
	}
	view, err := o.view(l)
	if err != nil {
		return err
	}
	return format.Write(o.streams.Out, o.output.format, view, o.output.options(o.streams, o.color))
}
