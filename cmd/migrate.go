package cmd

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

const migrateLong = `migrate-plan finds the way to STRICT: which rules to repair, which workloads to give a
sidecar, which exceptions to write down and which policies to set, in waves. No call
breaks on the way: each wave is applied to a model of the mesh and taken back, and what
would do harm is not planned but named, with what would help.

--out DIR writes a folder: for each wave the manifests that bring it about and those that
take it back, and README.md, the runbook: what to check before, what to type, what to look
at after and for how long, what failure looks like. It applies nothing itself. Once a wave
is applied, the same command goes on from there. -o markdown prints the runbook.

With --status it says for every port where it stands, and what is in its way: clients
without a sidecar, DestinationRules, probes, webhooks, scrapes, clients that nobody can
name. The stages are: no sidecar, sidecar deployed (DISABLE), PERMISSIVE, clients moved,
no plaintext seen, STRICT, verified. A port that is not STRICT is READY, BLOCKED, WAITING
(only time is missing), UNKNOWN (something is not known) or EXCEPTED by .mtlsctl.yaml.
Nothing is READY without a record of traffic that is whole and shows no plaintext: give
one with --prometheus, --traffic or --access-log.

With --explain, or with names, the decision tree of mTLS modes is walked aloud: each
question, its answer, the evidence behind it, and the mode that fits.

.mtlsctl.yaml, looked for from the working directory upwards, holds exceptions: ports
that stay PERMISSIVE or DISABLE, with owner, reason and, if they end, the day.

A plan ends with 0 when nothing is blocked, with 1 when something is (--fail-on says what
counts), with 3 when the input, or the record of traffic, is not whole or not there.`

const migrateExample = `  # the way to STRICT for the whole mesh, as manifests and a runbook
  mtlsctl migrate-plan -A --prometheus http://localhost:9090 --out plan/

  # the same of files, with a record that mtlsctl traffic record wrote
  mtlsctl migrate-plan -f manifests/ --traffic traffic.json

  # one namespace, five workloads at a time, nothing restarted
  mtlsctl migrate-plan -n shop --traffic traffic.json --max-wave-size 5 --inject none

  # everything but what is old, and no mesh-wide policy
  mtlsctl migrate-plan -A --traffic traffic.json --exclude legacy,shop/old-* --scope namespace

  # where does everything stand
  mtlsctl migrate-plan --status -A --prometheus http://localhost:9090

  # why is pay not ready, and which mode fits its ports
  mtlsctl migrate-plan --explain deploy/pay.shop -f manifests/

  # what can be switched today
  mtlsctl migrate-plan --status -A --traffic traffic.json --only READY

  # keep the score, to see the trend next time
  mtlsctl migrate-plan --status -A --traffic traffic.json --save-progress progress.jsonl`

// migrateOptions is everything that one run of migrate-plan needs.
type migrateOptions struct {
	streams  console.Streams
	color    *console.ColorFlag
	input    input.Flags
	output   outputFlags
	records  input.EvidenceFlags
	config   configFlags
	plan     planFlags
	status   bool
	explain  bool
	only     []string
	progress string
	names    []resolve.Name
	statuses []migrate.Status
}

func newMigrate(s console.Streams, color *console.ColorFlag) *cobra.Command {
	o := &migrateOptions{streams: s, color: color}
	c := &cobra.Command{
		Use: "migrate-plan [--status | --explain] [[TYPE/]NAME[.NAMESPACE] ...]", Short: "Plan the way to STRICT in waves, or say where every workload stands on it",
		Long: migrateLong, Example: migrateExample, Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.complete(args); err != nil {
				return err
			}
			if o.plans(args) {
				return console.InputError(o.runPlan(c.Context()))
			}
			return console.InputError(o.run(c.Context()))
		},
	}
	o.input.Add(c)
	o.output.addFormat(c)
	o.records.Add(c)
	fs := c.Flags()
	fs.BoolVar(&o.status, "status", false, "a table of all ports: stage, status, what blocks")
	fs.BoolVar(&o.explain, "explain", false, "walk the decision tree aloud for the ports of the workloads named, or of all")
	fs.StringSliceVar(&o.only, "only", nil, "show only ports whose status is one of `STATUS,...`: "+strings.Join(statusWords(), ", "))
	fs.StringVar(&o.progress, "save-progress", "", "append the score to `FILE`, and show how it came about")
	o.config.add(c)
	o.plan.add(c)
	c.ValidArgsFunction = o.input.Described
	console.Completes(c, "only", console.ManyOf(console.OneOf(statusWords()...)))
	return c
}

func statusWords() []string {
	var words []string
	for _, s := range migrate.Statuses() {
		words = append(words, s.String())
	}
	return words
}

// complete checks everything that can be checked before reading.
func (o *migrateOptions) complete(args []string) (err error) {
	if err := console.FirstError(o.output.complete(), o.input.Validate(args), o.records.Validate(&o.input)); err != nil {
		return err
	}
	if o.plans(args) {
		return o.plan.validate(&o.input)
	}
	if err := o.plan.without(o.makes(args)); err != nil {
		return err
	}
	if o.status && o.explain {
		return console.Usage("", "--status and --explain are two reports: ask for one")
	}
	if o.progress != "" && len(args) > 0 {
		return console.Usage("", "--save-progress keeps the score of everything, not of what is named")
	}
	for _, word := range o.only {
		i := slices.IndexFunc(migrate.Statuses(), func(s migrate.Status) bool { return strings.EqualFold(s.String(), strings.TrimSpace(word)) })
		if i < 0 {
			return console.Usage("", "--only %q: one of %s", word, strings.Join(statusWords(), ", "))
		}
		o.statuses = append(o.statuses, migrate.Statuses()[i])
	}
	o.names, err = input.ParseArguments(args)
	return err
}

// beforehand reads what is small, so that what is wrong with it is said before a mesh is
// read: the exceptions, and the record of traffic, nil without one.
func (o *migrateOptions) beforehand(ctx context.Context) (*project.Config, *evidence.Traffic, error) {
	config, err := o.config.readExceptions(o.streams)
	if err != nil {
		return nil, nil, err
	}
	seen, err := o.records.Read(ctx, o.streams)
	return config, seen, err
}

func (o *migrateOptions) run(ctx context.Context) error {
	config, seen, err := o.beforehand(ctx)
	if err != nil {
		return err
	}
	l, err := input.Load(ctx, &o.input, o.streams)
	if err != nil {
		return err
	}
	l.Unused, l.Rules = nil, config.File // each kind may hold a client
	evidence := o.records.Evidence(seen, l)
	workloads, answered := o.answer(l, config, evidence)
	covered := l.Report(o.streams)
	covered = console.FirstError(input.SayEvidence(o.streams, evidence), covered)
	if console.UnlessClosed(answered) != nil || o.progress == "" {
		return console.FirstError(console.UnlessClosed(answered), covered)
	}
	return o.saveProgress(l, workloads, covered)
}

func (o *migrateOptions) answer(l *input.Loaded, config *project.Config, evidence *evidence.Evidence) ([]migrate.Workload, error) {
	if err := console.FirstError(l.MustHold(), l.CheckNamespaces()); err != nil {
		return nil, err
	}
	wanted, err := o.wanted(l)
	if err != nil {
		return nil, err
	}
	sayIdle(o.streams, config, l.Mesh)
	adviser := advise.New(l.Mesh, advise.Options{Evidence: evidence, Exceptions: config.Lasting(o.streams.Now())})
	view := render.Migration{
		Scope: l.Scope(), Mesh: l.Mesh, Workloads: migrate.Assess(l.Mesh, adviser, wanted), Evidence: evidence,
		Explain: o.explain || len(o.names) > 0 && !o.status, Only: o.statuses, Applied: l.Planned,
	}
	if o.progress != "" {
		if view.Progress, err = readProgress(o.progress, o.progressScope(l)); err != nil {
			return nil, err
		}
	}
	return view.Workloads, format.Write(o.streams.Out, o.output.format, view, o.output.options(o.streams, o.color))
}

// wanted are the workloads that are asked about: those named, or of the namespace shown.
func (o *migrateOptions) wanted(l *input.Loaded) (func(*inbound.Workload) bool, error) {
	if len(o.names) == 0 {
		return func(w *inbound.Workload) bool { return l.Shows(w.Ref.Namespace) }, nil
	}
	things, err := input.FindAll(l, o.names)
	if err != nil {
		return nil, err
	}
	named := map[*inbound.Workload]bool{}
	for _, t := range things {
		if t.Policy != nil || t.Rule != nil {
			return nil, console.Usage("name a workload, a service or a namespace", "%s has no mode to choose", t.Ref)
		}
		for _, w := range l.Mesh.Members(t) {
			named[w] = true
		}
	}
	return func(w *inbound.Workload) bool { return named[w] }, nil
}
