package cmd

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze/diagnose"
	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

const diagnoseLong = `diagnose starts with a log line and shows its causes in this mesh: first the causes
to which the configuration leads, with the object, field, file and line, then those that
configuration does not decide. A fix that is a change of configuration was tried on the
model of the mesh before it is shown.

It knows the access log of Envoy (text and JSON), its debug log and response flags (UF, UC,
NR, UH, ...), ztunnel, istiod, istio-proxy, events of the kubelet, errors of kube-apiserver
and Prometheus, and of clients: curl, Go, Java, Node, Python, gRPC, psql. Lines are
recognised by their words; mtlsctl explain symptoms lists them.

Which call it was is read from the line, as far as the line shows it: clusters
(outbound|80||pay.shop.svc.cluster.local), addresses, URLs, fields of ztunnel. --from and
--to override it. A line without any of these is compared with all calls of the mesh that
fail.

A log is read from a file with --access-log (any log, .gz too), or from stdin with -. Its
lines are grouped by symptom and cause, and the calls are named: also those by the address
of a pod, and to ports of no Service. With --prometheus or --traffic, recorded failures are
diagnosed.

It exits with 0 when a symptom was recognised, with 3 when none was, or when the input is
incomplete.`

const diagnoseExample = `  # one line, and the call that it is about
  mtlsctl diagnose '503 UF TLS_error:...WRONG_VERSION_NUMBER' --from deploy/web.shop --to pay.shop:80 -f manifests/

  # a line that names the call itself
  mtlsctl diagnose '503 UC upstream_reset_before_response_started{connection_termination} outbound|80||pay.shop.svc.cluster.local' -f manifests/

  # a whole log: of a server's sidecar, of a client, of ztunnel
  kubectl logs deploy/pay -n shop -c istio-proxy --prefix | mtlsctl diagnose -
  mtlsctl diagnose --access-log pay.log -f manifests/

  # what the symptom means, without a mesh
  mtlsctl explain '503 UF'`

// diagnoseOptions is everything that one run of diagnose needs.
type diagnoseOptions struct {
	streams  console.Streams
	color    *console.ColorFlag
	input    input.Flags
	output   outputFlags
	records  input.EvidenceFlags
	proxies  input.ProxyFlag
	from, to string

	lines   []string
	stdin   bool
	sources []resolve.Name
	targets []resolve.Target
}

func newDiagnose(s console.Streams, color *console.ColorFlag) *cobra.Command {
	o := &diagnoseOptions{streams: s, color: color}
	c := &cobra.Command{
		Use: "diagnose [LINE | -]", Short: "Show the causes of a log line, or of a log, in this mesh",
		Long: diagnoseLong, Example: diagnoseExample, Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.complete(args); err != nil {
				return err
			}
			return console.InputError(o.run(c.Context()))
		},
	}
	o.input.Add(c)
	o.output.addFormat(c)
	o.records.Add(c)
	o.proxies.Add(c)
	fs := c.Flags()
	fs.Lookup("access-log").Usage = "diagnose the lines of `FILE`, a log of any kind, .gz too, or - for stdin; may be repeated"
	fs.StringVar(&o.from, "from", "", "the client that called: `NAME`")
	fs.StringVar(&o.to, "to", "", "what was called: `NAME`, optionally with :PORT and /SUBSET")
	c.ValidArgsFunction = console.NoFiles
	ends := o.input.Named(append(slices.Clone(input.WorkloadsListed), resolve.KindService)...)
	console.Completes(c, "from", ends)
	console.Completes(c, "to", ends)
	return c
}

// complete checks everything that can be checked before reading.
func (o *diagnoseOptions) complete(args []string) (err error) {
	switch {
	case len(args) > 1:
		return console.Usage("quote the line: mtlsctl diagnose "+shell.Word("LINE"), "diagnose takes one line, but got %d arguments", len(args))
	case len(args) == 1 && args[0] == "-":
		o.stdin = true
	case len(args) == 1 && args[0] == "":
		return console.Usage("mtlsctl explain symptoms lists what is recognised", "the line is empty")
	case len(args) == 1:
		o.lines = args
	case !o.records.Given():
		return console.Usage("for example mtlsctl diagnose '503 UF' --from deploy/web.shop --to pay.shop:80, or --access-log FILE", "diagnose needs a line of a log, - for a log on stdin, or --access-log, --prometheus or --traffic")
	}
	if err := console.FirstError(o.output.complete(), o.proxies.Validate(), o.input.Validate(nil), o.records.Validate(&o.input)); err != nil {
		return err
	}
	if o.stdin && (slices.Contains(o.input.Files, "-") || slices.Contains(o.records.Logs(), "-")) {
		return console.Usage("", "-, -f - and --access-log - all read standard input: give one")
	}
	if o.from != "" {
		if o.sources, err = input.ParseSources([]string{o.from}); err != nil {
			return err
		}
	}
	if o.to != "" {
		o.targets, err = input.ParseTargets([]string{o.to})
	}
	return err
}

func (o *diagnoseOptions) run(ctx context.Context) error {
	log, err := o.read(ctx)
	if err != nil {
		return err
	}
	seen, err := o.records.ReadRecord(ctx, o.streams)
	if err != nil {
		return err
	}
	dumps, err := o.proxies.Read(ctx, &o.input)
	if err != nil {
		return err
	}
	l := input.NewLoaded(&o.input, o.streams)
	l.Editable = true
	if _, err := l.Load(ctx, o.streams); err != nil {
		return err
	}
	record := o.records.Evidence(seen, l)
	log.AddFailures(record.Failures())
	answered := o.answer(ctx, l, log, record, dumps)
	usable := dumps.Say(o.streams)
	covered := console.FirstError(usable, l.Report(o.streams))
	return console.FirstError(console.UnlessClosed(answered), input.SayEvidence(o.streams, record), covered)
}

func (o *diagnoseOptions) answer(ctx context.Context, l *input.Loaded, log *diagnose.Log, record *evidence.Evidence, dumps *input.Dumps) error {
	if err := console.FirstError(l.MustHold(), l.CheckNamespaces()); err != nil {
		return err
	}
	ask, err := o.ask(l)
	if err != nil {
		return err
	}
	options := &diagnose.Options{Checks: diagnosing(), Evidence: record, Try: true}
	if dumps != nil {
		options.Fleet = true
		options.Proxies = verify.Run(l.Mesh, dumps.Fleet, verify.Options{Now: o.streams.Now(), Hosts: true}).Items
	}
	report := render.NewDiagnosis(l.Scope(), l.Missing(), log, log.Answers(l.Mesh, options, ask))
	err = format.Write(console.Stoppable{Ctx: ctx, Out: o.streams.Out}, o.output.format, render.Diagnosed{Report: report}, o.output.options(o.streams, o.color))
	if err == nil && !log.Recognised() {
		return errUnrecognised
	}
	return err
}

// errUnrecognised is for lines of which none has a known symptom.
var errUnrecognised = &console.Failure{Code: console.ExitInput, Message: "no line has a symptom that mtlsctl knows", Hints: []string{
	"mtlsctl explain symptoms lists them; the whole line, with response flags and details, shows more than a part of it",
}}
