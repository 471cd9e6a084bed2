package cmd

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/spelling"
)

const analyzeLong = `analyze finds what is wrong, misleading or risky in a mesh's mTLS configuration:
policies that select nothing, exceptions on the wrong port, rules that nobody
reads, workloads outside of the mesh. Each finding names the object, the line and
what to do; mtlsctl explain CODE tells the rest.

It ends with 1 when a finding reaches --fail-on, in every output format.`

const analyzeExample = `  # everything in a directory
  mtlsctl analyze -f manifests/

  # one namespace, and fail a pipeline on warnings too
  mtlsctl analyze -f manifests/ -n shop --fail-on warning

  # only some checks
  mtlsctl analyze -f manifests/ --only MTLS0101,MTLS0106`

// failWords are the values of --fail-on.
var failWords = []string{"error", "warning", "info", "never"}

// analyzeOptions is everything that one run of analyze needs.
type analyzeOptions struct {
	streams Streams
	color   *colorFlag
	input   inputFlags
	output  outputFlags
	seen    evidenceFlags
	failOn  string
	only    []string
	// given reports whether a flag was on the command line, even without a value.
	given  func(flag string) bool
	checks []*analyze.Check
}

func newAnalyze(s Streams, color *colorFlag) *cobra.Command {
	o := &analyzeOptions{streams: s, color: color}
	c := &cobra.Command{
		Use: "analyze", Short: "Find what is wrong, misleading or risky, and say what to do",
		Long: analyzeLong, Example: analyzeExample, Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.complete(args); err != nil {
				return err
			}
			return inputError(o.run(c.Context()))
		},
	}
	o.input.add(c)
	o.output.addFormat(c)
	o.seen.add(c)
	c.Flags().StringVar(&o.failOn, "fail-on", "error", "end with 1 when a finding is at least `SEVERITY`: "+strings.Join(failWords, ", "))
	o.given = c.Flags().Changed
	c.Flags().StringSliceVar(&o.only, "only", nil, "run only the checks `CODE,...`")
	c.ValidArgsFunction = noFiles
	completes(c, "fail-on", oneOf(failWords...))
	completes(c, "only", manyOf(codes))
	return c
}

// complete checks everything that can be checked before reading.
func (o *analyzeOptions) complete(args []string) error {
	if _, err := analyze.ParseSeverity(o.failOn); err != nil && o.failOn != "never" {
		return usage("", "--fail-on %q: one of %s", o.failOn, strings.Join(failWords, ", "))
	}
	if o.given("only") && len(o.only) == 0 {
		return usage("mtlsctl explain lists every code", "--only has no value")
	}
	var err error
	if o.checks, err = chosenChecks(o.only); err != nil {
		return err
	}
	if err := o.output.complete(); err != nil {
		return err
	}
	if err := firstError(o.input.validate(args), o.seen.validate(&o.input)); err != nil || len(args) == 0 {
		return err
	}
	return usage("paths are given with -f, as in mtlsctl analyze -f "+args[0], "analyze takes no argument, but got %q", args[0])
}

func chosenChecks(only []string) ([]*analyze.Check, error) {
	if len(only) == 0 {
		return checks.All(), nil
	}
	var chosen []*analyze.Check
	for _, code := range only {
		c := checks.ByCode(strings.ToUpper(strings.TrimSpace(code)))
		if c == nil {
			return nil, noCheck(code)
		}
		chosen = append(chosen, c)
	}
	return chosen, nil
}

func noCheck(code string) error {
	var codes []string
	for _, c := range checks.All() {
		codes = append(codes, c.Code)
	}
	hint := "mtlsctl explain lists every code"
	if near := spelling.Nearest(code, codes); len(near) > 0 && len(near[0]) == len(strings.TrimSpace(code)) {
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return usage(hint, "--only %q: no check has this code", code)
}

func (o *analyzeOptions) run(ctx context.Context) error {
	seen, err := o.seen.read(ctx, o.streams)
	if err != nil {
		return err
	}
	l, err := load(ctx, &o.input, o.streams)
	if err != nil {
		return err
	}
	evidence := o.seen.evidence(seen, l)
	report, answered := o.answer(l, evidence)
	covered := l.report(o.streams)
	covered = firstError(sayEvidence(o.streams, evidence), covered)
	switch {
	case answered != nil:
		return answered
	case covered != nil:
		return covered
	case o.reached(report):
		return errFindings
	}
	return nil
}

func (o *analyzeOptions) answer(l *loaded, evidence *resolve.Evidence) (*analyze.Report, error) {
	if err := l.checkNamespaces(); err != nil {
		return nil, err
	}
	if err := l.mustHold(); err != nil {
		return nil, err
	}
	var namespaces []string
	if shown := l.flags.shownNamespace(); shown != "" {
		namespaces = []string{shown}
	}
	report := analyze.RunWith(l.mesh, evidence, o.checks, namespaces...)
	l.tellOnce(report.Findings)
	report.Keep(func(f *analyze.Finding) bool { return f.Namespace() == "" || l.shows(f.Namespace()) })
	return report, render.Write(o.streams.Out, o.output.format, render.Findings{Scope: l.scope(), Report: report}, o.output.options(o.streams, o.color))
}

// reached reports whether a finding is bad enough for exit code 1.
func (o *analyzeOptions) reached(r *analyze.Report) bool {
	threshold, err := analyze.ParseSeverity(o.failOn)
	worst, found := r.Worst()
	return err == nil && found && worst >= threshold
}

// tellOnce drops the problems that a finding tells, about the same field: it says
// more, and its severity decides the exit code.
func (l *loaded) tellOnce(findings []analyze.Finding) {
	l.problems = slices.DeleteFunc(l.problems, func(p resolve.Problem) bool {
		return p.Field != "" && slices.ContainsFunc(findings, func(f analyze.Finding) bool { return f.Object == p.Ref && f.Field == p.Field })
	})
}
