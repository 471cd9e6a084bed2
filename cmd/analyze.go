package cmd

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
)

const analyzeLong = `analyze finds what is wrong, misleading or risky in a mesh's mTLS configuration:
policies that match no workload, exceptions on the wrong port, rules that no client
uses, workloads outside the mesh. Each finding names the object, the line and the
repair; mtlsctl explain CODE has the details.

To hide a finding, write a reason: in an annotation on the object
(mtlsctl.io/ignore.CODE: "reason"), in an ignore rule or an exception in .mtlsctl.yaml,
or, for all old findings at once, in a baseline. --fix-dry-run prints the repairs as one
unified diff of the files: each repair is tried on the model first.

Files may be only a part of what is applied. If a Namespace object is missing, checks
run as if the namespace injected sidecars: a finding is then likely if a policy or an
annotation suggests injection, otherwise possible and one level less severe.

Exit code 1: a finding reaches --fail-on, in every output format. Exit code 3: no
finding does, and missing input could hide one; the last line begins with INCOMPLETE
and names what is missing and which flag or file settles it.`

const analyzeExample = `  # everything in a directory
  mtlsctl analyze -f manifests/

  # one namespace, and fail a pipeline on warnings too
  mtlsctl analyze -f manifests/ -n shop --fail-on warning

  # for people, and for a machine
  mtlsctl analyze -f manifests/ -o table -o sarif=mtls.sarif

  # hide old findings, report new ones
  mtlsctl analyze -f manifests/ --write-baseline mtls-baseline.yaml
  mtlsctl analyze -f manifests/ --baseline mtls-baseline.yaml

  # a pull request: only what it makes worse, with the rules of its base
  mtlsctl analyze -f manifests/ --against git:origin/main

  # apply the repairs
  mtlsctl analyze -f manifests/ --fix-dry-run | patch -p1

  # which ports may stay open, who owns the exception, and until when
  mtlsctl analyze -f manifests/ --exceptions`

// analyzeOptions is everything that one run of analyze needs.
type analyzeOptions struct {
	streams    console.Streams
	color      *console.ColorFlag
	input      input.Flags
	output     outputsFlags
	records    input.EvidenceFlags
	config     configFlags
	choice     choiceFlags
	baseline   baselineFlags
	against    againstFlags
	exceptions bool
	fix        bool
	// partial is true where an answer that is not whole may do.
	partial bool

	project *project.Config
}

func newAnalyze(s console.Streams, color *console.ColorFlag) *cobra.Command {
	o := &analyzeOptions{streams: s, color: color}
	c := &cobra.Command{
		Use: "analyze", Short: "Find what is wrong, misleading or risky, and how to repair it",
		Long: analyzeLong, Example: analyzeExample, Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.complete(args); err != nil {
				return err
			}
			return console.InputError(o.run(c.Context()))
		},
	}
	o.input.Add(c)
	o.output.add(c)
	o.records.Add(c)
	o.config.add(c)
	o.choice.add(c)
	console.Completes(c, "exclude-namespaces", console.ManyOf(o.input.Namespaces))
	o.baseline.add(c)
	o.against.add(c)
	c.Flags().BoolVar(&o.exceptions, "exceptions", false, "print the register of exceptions instead: ports that may stay open, with owner, reason and end date")
	c.Flags().BoolVar(&o.fix, "fix-dry-run", false, "print the repairs as one unified diff instead, and write nothing; patch -p1 applies it")
	c.Flags().BoolVar(&o.partial, "allow-incomplete", false, "do not exit with 3 if something is missing or could not be used; it is still printed")
	c.ValidArgsFunction = console.NoFiles
	return c
}

// complete checks everything that can be checked before the mesh is read.
func (o *analyzeOptions) complete(args []string) error {
	if err := console.FirstError(o.choice.complete(), o.output.complete(), o.instead()); err != nil {
		return err
	}
	if err := console.FirstError(o.input.Validate(args), o.records.Validate(&o.input)); err != nil {
		return err
	}
	if len(args) > 0 {
		return console.Usage("pass paths with -f, as in mtlsctl analyze -f "+shell.Word(args[0]), "analyze takes no argument, but got %q", args[0])
	}
	return o.against.complete(&o.input)
}

// instead refuses flags that --exceptions and --fix-dry-run leave without a meaning.
func (o *analyzeOptions) instead() error {
	switch {
	case o.exceptions && o.fix:
		return console.Usage("", "--exceptions and --fix-dry-run each print something else instead of the findings")
	case (o.exceptions || o.fix) && o.baseline.write != "":
		return console.Usage("", "--write-baseline needs the findings")
	case o.exceptions && o.output.checked() != "":
		return console.Usage("", "-o %s is for findings; the register of exceptions has %s", o.output.checked(), strings.Join(format.Words(), ", "))
	}
	return o.fixable()
}

func (o *analyzeOptions) run(ctx context.Context) error {
	seen, err := o.beforehand(ctx)
	several := severalOf(err) != nil // the base has several, and perhaps this has too
	if err != nil && !several {
		return err
	}
	if o.fix {
		console.ProcessHeap.Hold(3) // what is analyzed, and the trials beside what they are compared with
	}
	objects := &project.Objects{}
	l := input.NewLoaded(&o.input, o.streams, objects.Add)
	l.Completes, l.Rules = true, o.project.File
	undecided := err
	l, err = l.Load(ctx, o.streams)
	switch found := severalOf(err); {
	case found != nil:
		return o.everywhere(ctx, found)
	case err != nil:
		return err
	case several:
		return undecided
	}
	evidence := o.records.Evidence(seen, l)
	report, answered := o.answer(ctx, l, objects, seen, evidence)
	covered := l.Report(o.streams)
	o.against.project.sayIdle(o.streams)
	covered = console.FirstError(input.SayEvidence(o.streams, evidence), covered)
	switch {
	case console.UnlessClosed(answered) != nil:
		return answered
	case report != nil && o.choice.reached(report):
		return console.ErrFindings
	case o.partial:
		return nil
	case report != nil && len(report.Missing)+len(l.Missing()) > 0:
		return console.ErrIncomplete
	}
	return covered
}

// beforehand reads what is small, so that what is wrong with it is said before a mesh is read,
// and then the base.
func (o *analyzeOptions) beforehand(ctx context.Context) (*evidence.Traffic, error) {
	if err := o.configure(ctx); err != nil {
		return nil, err
	}
	o.choice.settle(o.project)
	if err := o.baseline.read(ctx, &o.against); err != nil {
		return nil, err
	}
	if o.baseline.file != "" && o.baseline.known == nil {
		console.Note(o.streams, "note: the base has no %s, so no baseline applies%s", o.baseline.file, input.HintLine("--config-from head uses the one of the working directory"))
	}
	seen, err := o.records.Read(ctx, o.streams)
	if err != nil {
		return nil, err
	}
	return seen, o.readBase(ctx)
}

func (o *analyzeOptions) answer(ctx context.Context, l *input.Loaded, objects *project.Objects, seen *evidence.Traffic, evidence *evidence.Evidence) (*analyze.Report, error) {
	if err := console.FirstError(l.MustHold(), l.CheckNamespaces(), o.choice.checkNamespaces(l)); err != nil {
		return nil, err
	}
	if o.exceptions {
		return nil, o.output.write(o.streams, o.color, o.register(l))
	}
	report := o.report(l, objects, evidence)
	tellOnce(l, report.Findings)
	o.choice.keep(report, l, objects)
	if err := o.baseline.save(o.streams, report); err != nil {
		return nil, err
	}
	if o.fix {
		return report, o.printFixes(ctx, l, report, objects, seen)
	}
	run := render.Run{Profile: o.choice.of, FailOn: o.choice.failOn, Missing: l.Missing()}
	view := render.Findings{Report: render.NewReport(l.Scope(), run, report), Checks: o.choice.checks}
	return report, o.output.write(o.streams, o.color, view) // the report counts also where nobody reads it
}

// report runs the checks and does with the findings what the project says.
func (o *analyzeOptions) report(l *input.Loaded, objects *project.Objects, evidence *evidence.Evidence) *analyze.Report {
	for _, m := range clustersOf(l.Mesh) {
		objects.AddWorkloads(m.Cluster(), m.Workloads())
	}
	o.against.trust(objects)
	report := o.runChecks(l, evidence)
	run := project.Run{
		Config: o.project, Objects: objects, Mesh: l.Mesh, Baseline: o.baseline.known,
		Checks: o.choice.checks, All: o.choice.allChecks, Now: o.streams.Now(), Head: o.against.project.brings,
	}
	run.Apply(report)
	o.compared(report)
	return report
}

// clustersOf are the meshes that several clusters are joined of, else the mesh itself.
func clustersOf(m *mesh.Mesh) []*mesh.Mesh {
	if parts := m.Parts(); len(parts) > 0 {
		return parts
	}
	return []*mesh.Mesh{m}
}

// register is what --exceptions prints.
func (o *analyzeOptions) register(l *input.Loaded) format.View {
	return render.NewExceptions(l.Scope(), project.NewRegister(o.project, l.Mesh, o.streams.Now()))
}

// tellOnce drops the problems that a finding tells, about the same field: it says
// more, and its severity decides the exit code.
func tellOnce(l *input.Loaded, findings []analyze.Finding) {
	l.Problems = slices.DeleteFunc(l.Problems, func(p resolve.Problem) bool {
		return p.Field != "" && slices.ContainsFunc(findings, func(f analyze.Finding) bool {
			refusal := p.Cause != "" && f.Code == checks.PolicyRejected.Code // says why in its own words
			return f.Object == p.Ref && (f.Field == p.Field || refusal)
		})
	})
}
