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

const migrateLong = `migrate-plan finds the way to STRICT: which rules to repair, which workloads to
inject, which exceptions to write down and which policies to set, in waves. No call
breaks on the way: each wave is applied to a model of the mesh and rolled back. A
change that would break something is not planned; the output names it, with what helps.

--out DIR writes a folder: for each wave its manifests and those of its rollback, and
README.md, the runbook: what to check before, the commands, what to watch afterwards and
for how long, and what failure looks like. It applies nothing itself. After a wave is
applied, run the same command again to continue. -o markdown prints the runbook.

With --to ambient it plans the way from sidecars to ambient instead, which changes the
data plane only: HBONE for the servers, policies in a form that ztunnel reads as sidecars
do, then workload after workload, and the labels of namespaces last. A workload whose
move would break, weaken or expose a call keeps its sidecar, and so does one that needs
a waypoint: the output names it, with what helps.

With --trust-domain DOMAIN it plans the change of the mesh's trust domain instead: both
domains as aliases, both in policies and rules, then the domain itself, new certificates,
and the end of the former one. No call breaks and no policy names other callers while
some proxies have old certificates and some new ones.

With --upgrade VERSION it also shows what an upgrade of Istio changes by itself, as diff
--istio-to does, before the first wave and after each, and when the upgrade is safe: when
no call or port breaks or gets weaker, and no new finding is an error.

With --status it shows the stage of every port, and what blocks it: clients without a
sidecar, DestinationRules, probes, webhooks, scrapes, clients without a name. The stages
are: no sidecar, sidecar deployed (DISABLE), PERMISSIVE, clients moved, no plaintext
seen, STRICT, verified. A port that is not STRICT is READY, BLOCKED, WAITING (only time
is missing), UNKNOWN (something is unknown) or EXCEPTED by .mtlsctl.yaml. A port is READY
only with complete traffic data that shows no plaintext: pass --prometheus, --traffic or
--access-log.

With --explain, or with names, it prints each step of the decision about mTLS modes: the
question, its answer, the evidence for it, and the recommended mode.

.mtlsctl.yaml, searched from the working directory upwards, has the exceptions: ports
that stay PERMISSIVE or DISABLE, with owner, reason and an optional end date.

A plan exits with 0 when nothing is blocked, with 1 when something is (--fail-on sets the
level) or an upgrade is safe at no moment, with 3 when the input or the traffic data is incomplete or missing.`

const migrateExample = `  # the way to STRICT for the whole mesh, as manifests and a runbook
  mtlsctl migrate-plan -A --prometheus http://localhost:9090 --out plan/

  # the same for files, with a record of mtlsctl traffic record
  mtlsctl migrate-plan -f manifests/ --traffic traffic.json

  # one namespace, five workloads at a time, nothing restarted
  mtlsctl migrate-plan -n shop --traffic traffic.json --max-wave-size 5 --inject none

  # without legacy workloads, and without a mesh-wide policy
  mtlsctl migrate-plan -A --traffic traffic.json --exclude legacy,shop/old-* --scope namespace

  # the way from sidecars to ambient, one namespace, five workloads at a time
  mtlsctl migrate-plan --to ambient -n shop --max-wave-size 5 --out plan/

  # another trust domain for the whole mesh, without downtime
  mtlsctl migrate-plan --trust-domain acme.prod --out plan/

  # when an upgrade to Istio 1.31 is safe: before, between or after the waves
  mtlsctl migrate-plan -A --traffic traffic.json --upgrade 1.31

  # the stage of every port
  mtlsctl migrate-plan --status -A --prometheus http://localhost:9090

  # why pay is not ready, and which mode is recommended for its ports
  mtlsctl migrate-plan --explain deploy/pay.shop -f manifests/

  # ports that can become STRICT today
  mtlsctl migrate-plan --status -A --traffic traffic.json --only READY

  # save the score, to see the trend next time
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
		Use: "migrate-plan [[TYPE/]NAME[.NAMESPACE] ...]", Short: "Plan the way to STRICT in waves, or show the stage of every port",
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
	fs.BoolVar(&o.status, "status", false, "print a table of all ports: stage, status, blockers")
	fs.BoolVar(&o.explain, "explain", false, "print each step of the decision for the ports of the named workloads, or of all")
	fs.StringSliceVar(&o.only, "only", nil, "show only ports whose status is one of `STATUS,...`: "+strings.Join(statusWords(), ", "))
	fs.StringVar(&o.progress, "save-progress", "", "append the score to `FILE`, and show its history")
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
		return console.Usage("", "--status and --explain are two reports: use one")
	}
	if o.progress != "" && len(args) > 0 {
		return console.Usage("", "--save-progress saves the score of all workloads: use it without names")
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
		if t.Policy != nil || t.Rule != nil || t.Authorization {
			return nil, console.Usage("name a workload, a service or a namespace", "%s has no port with a choice of mode", t.Ref)
		}
		for _, w := range l.Mesh.Members(t) {
			named[w] = true
		}
	}
	return func(w *inbound.Workload) bool { return named[w] }, nil
}
