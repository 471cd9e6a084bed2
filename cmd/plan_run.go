package cmd

import (
	"context"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan/runbook"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/declared"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// plans reports a run that makes a plan: nothing else was asked for.
func (o *migrateOptions) plans(args []string) bool {
	return len(args) == 0 && !o.status && !o.explain && len(o.only) == 0 && o.progress == ""
}

// makes is what a run makes that makes no plan.
func (o *migrateOptions) makes(args []string) string {
	switch {
	case o.status:
		return "--status"
	case o.explain:
		return "--explain"
	case len(o.only) > 0:
		return "--only"
	case o.progress != "":
		return "--save-progress"
	}
	return strings.Join(args, " ")
}

// planned is the input of a plan: the mesh, and the objects that it is made of.
type planned struct {
	*input.Loaded
	world plan.World
	// upgraded is the same input with the versions of --upgrade, nil without it.
	upgraded *input.Loaded
}

// loadWorld reads what the flags name, and keeps the objects: the Mesh lets them go.
func loadWorld(ctx context.Context, f *input.Flags, upgrade []string, s console.Streams) (*planned, error) {
	l := &input.Loaded{Flags: f, Start: s.Now()} // each kind may hold a client: none is unused
	console.ProcessHeap.Hold(2)                  // the first state, and what the waves make of it anew
	in, err := f.Read(ctx, s)
	if err != nil {
		return nil, console.InputError(err)
	}
	p, after := &planned{Loaded: l, world: plan.World{Objects: in.Objects}}, *in
	l.Editable = true
	l.Take(in)
	p.world.Mesh = l.Mesh
	if len(upgrade) > 0 {
		p.upgraded = upgradedOf(l, &after, upgrade)
	}
	return p, ctx.Err()
}

// runPlan makes the plan, shows it, and writes it where that is asked for.
func (o *migrateOptions) runPlan(ctx context.Context) error {
	folder, err := openFolder(o.plan.out)
	if err != nil {
		return err
	}
	config, seen, err := o.beforehand(ctx)
	if err != nil {
		return err
	}
	in, err := loadWorld(ctx, &o.input, o.plan.upgrade, o.streams)
	if err != nil {
		return err
	}
	evidence := o.records.Evidence(seen, in.Loaded)
	p, answered := o.answerPlan(ctx, in, config, seen, evidence, folder)
	covered := console.FirstError(o.sayRecord(p, evidence), in.Report(o.streams))
	switch {
	case console.UnlessClosed(answered) != nil:
		return answered
	case o.plan.failed(p):
		return console.ErrFindings
	}
	return covered
}

func (o *migrateOptions) answerPlan(ctx context.Context, in *planned, config *project.Config, seen *evidence.Traffic, evidence *evidence.Evidence, folder *planFolder) (*plan.Plan, error) {
	if err := console.FirstError(in.MustHold(), in.CheckNamespaces()); err != nil {
		return nil, err
	}
	options, err := o.planOptions(in)
	if err != nil {
		return nil, err
	}
	sayIdle(o.streams, config, in.Mesh)
	options.Partial = in.Cluster == nil
	bar := newPlanning(o.streams)
	options.Progress = func(attempt, waves int, next plan.Kind) bool {
		bar.show(attempt, waves, next)
		return ctx.Err() == nil
	}
	options.Traffic, options.Advise = seen, advise.Options{Exceptions: config.Lasting(o.streams.Now())}
	p := plan.New(in.world, options)
	if in.upgraded != nil && ctx.Err() == nil {
		p.Upgrade = o.gates(p, in, config)
	}
	bar.end()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	files, err := o.planFiles(p, folder)
	if err != nil {
		return nil, console.InputError(err)
	}
	view := render.Plan{Scope: in.Scope(), Plan: p, Files: files, Evidence: evidence, Declared: len(declared.In(in.Mesh).All())}
	written := o.writePlan(folder, view)
	if folder != nil && written == nil {
		view.Out = o.plan.out
	}
	o.sayTrimmed(in, p)
	shown := format.Write(o.streams.Out, o.output.format, view, o.output.options(o.streams, o.color))
	return p, console.FirstError(shown, written)
}

// planFiles are the files of a plan where any are written or shown; that they could be is looked
// at in any case.
func (o *migrateOptions) planFiles(p *plan.Plan, folder *planFolder) ([]runbook.Files, error) {
	if folder == nil && !format.ReadsData(o.output.format) {
		return nil, runbook.Writable(p)
	}
	return runbook.FilesOf(p)
}

// planOptions are what the flags ask for, of the input that was read.
func (o *migrateOptions) planOptions(in *planned) (plan.Options, error) {
	f := &o.plan
	options := plan.Options{To: f.mode(), Ambient: f.to == "ambient", Scope: scopesByWord[f.scope], MaxWave: f.maxWave, Join: joinsByWord[f.inject]}
	change, err := f.changeOf(in)
	if err != nil {
		return options, err
	}
	options.Trust = change
	shown := in.Flags.ShownNamespace()
	if shown != "" && options.Scope == plan.MeshScope {
		if f.given("scope") {
			return options, console.Usage("-A is every namespace", "--scope mesh: the kubeconfig context has namespace %s, and a plan writes nothing outside it", shown)
		}
		options.Scope = plan.NamespaceScope
	}
	for _, word := range f.exclude {
		if !slices.ContainsFunc(in.Mesh.Workloads(), func(w *inbound.Workload) bool { return excludes(word, w) }) {
			return options, console.Usage("want NAMESPACE or NAMESPACE/NAME; * matches any text", "--exclude %s: the input has no such workload", word)
		}
	}
	if shown != "" || len(f.exclude) > 0 {
		options.Touches = func(w *inbound.Workload) bool {
			return in.Shows(w.Ref.Namespace) && !slices.ContainsFunc(f.exclude, func(word string) bool { return excludes(word, w) })
		}
	}
	return options, nil
}

// sayRecord says what the record of traffic is of, or that there is none: without it the
// waves that refuse plaintext rest on what is declared. A plan that refuses none needs
// none.
func (o *migrateOptions) sayRecord(p *plan.Plan, evidence *evidence.Evidence) error {
	if evidence != nil {
		err := input.SayEvidence(o.streams, evidence)
		if err != nil {
			console.Say(o.streams, "note: the traffic data is incomplete: calls that it does not show may exist%s", input.HintLine("mtlsctl traffic record records a longer time, or shows why it cannot"))
		}
		return err
	}
	ofData := p != nil && (p.Options.Ambient || !p.Options.Trust.None())
	if ofData && p.Unknown() {
		return console.ErrIncomplete
	}
	if p == nil || ofData || p.Options.To != resolve.Strict || len(p.Waves)+len(p.Holds) == 0 {
		return nil
	}
	console.Say(o.streams, "note: no traffic data: other clients of the ports that become STRICT are unknown%s", input.HintLine("--prometheus URL, --traffic FILE or --access-log FILE"))
	return console.ErrIncomplete
}

// sayTrimmed says what an old snapshot does not have of objects that the plan replaces.
func (o *migrateOptions) sayTrimmed(in *planned, p *plan.Plan) {
	replaces := func(w plan.Wave) bool {
		return slices.ContainsFunc(w.Changes, func(c plan.Change) bool {
			return c.How == plan.Replace && c.Was.Value.GetLabels()[plan.PlanLabel] == ""
		})
	}
	if in.Cluster != nil && in.Cluster.Old && slices.ContainsFunc(p.Waves, replaces) {
		console.Say(o.streams, "note: a snapshot of an older mtlsctl has only Istio's annotations, unless it was taken with --full: replaced objects would lose the others%s", input.HintLine("make the plan from the cluster, or from a new snapshot"))
	}
}
