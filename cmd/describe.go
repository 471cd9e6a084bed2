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

const describeLong = `describe says which mTLS mode every port of every workload serves, and why.

Without arguments it prints one table. With arguments it tells the whole story
of each workload, service, namespace, pod or WorkloadEntry: who stands in front
of it, which policies spoke about it, which one decided and what lost to it.
It says too who can call a workload, and what it calls differently from auto
mTLS. A PeerAuthentication is told in reverse: every port that it decides, and
what it is shadowed by elsewhere; so is a DestinationRule: the calls whose TLS it
decides, and where it does not count.

An argument is NAME, TYPE/NAME or either with .NAMESPACE; or a TYPE and names
behind it, as in kubectl. Short names (deploy, sts, svc, ns, pa, dr) are understood.

Modes: STRICT, PERMISSIVE and DISABLE are Istio's. NONE means that no proxy
stands in front of the port, TLS that a listener terminates TLS by settings of
its own. STRICT? is what a sidecar would serve where the input cannot tell
whether there is one.`

const describeExample = `  # every port of every workload in a directory
  mtlsctl describe -f manifests/

  # what is built by kustomize, one namespace
  mtlsctl describe -k overlays/prod -n shop

  # the whole story of one workload, of a service, of a policy, of a rule
  mtlsctl describe deploy/productpage.bookinfo -f manifests/
  mtlsctl describe svc/productpage -f manifests/
  mtlsctl describe peerauthentication/default.bookinfo -f manifests/
  mtlsctl describe destinationrule/reviews.bookinfo -f manifests/

  # ports that still take plaintext, the worst first
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
	names   []resolve.Name

	// evidence and exceptions are what the recommendation rests on.
	evidence   *evidence.Evidence
	exceptions []advise.Exception
	// rules is the file of the exceptions, "" for none.
	rules string
}

func newDescribe(s console.Streams, color *console.ColorFlag) *cobra.Command {
	o := &describeOptions{streams: s, color: color}
	c := &cobra.Command{
		Use: "describe [[TYPE/]NAME[.NAMESPACE] ...]", Short: "Say which mode every workload port serves, and why",
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
	c.ValidArgsFunction = o.input.Described
	return c
}

// complete checks everything that can be checked before reading.
func (o *describeOptions) complete(args []string) (err error) {
	if err := console.FirstError(o.output.complete(), o.filter.complete(), o.input.Validate(args), o.records.Validate(&o.input)); err != nil {
		return err
	}
	if o.names, err = input.ParseArguments(args); err == nil && len(o.names) == 0 && o.records.Given() {
		return console.Usage("name a workload, or ask mtlsctl migrate-plan --status", "the table of modes depends on no traffic")
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
	l, err := input.Load(ctx, &o.input, o.streams)
	if err != nil {
		return err
	}
	l.Rules = o.rules
	o.evidence = o.records.Evidence(seen, l)
	if len(o.names) == 0 { // a table of modes, which the client side has no say in
		l.Unused = append(l.Unused, cluster.ClientSide()...)
	}
	answered := o.answer(l)
	covered := l.Report(o.streams)
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
