package cmd

import (
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

const showLong = `show renders a saved report again, from the -o json or -o yaml of a command: it does not
analyze anything, so one run of a pipeline gives every format. It reads the reports of
every command, and lists of connections of mtlsctl.io/v1alpha1 too.

It exits with 0, unless --fail-on is set.`

const showExample = `  # one run, several formats
  mtlsctl analyze -f deploy/ -o json=report.json
  mtlsctl show report.json -o markdown
  mtlsctl show report.json -o html=report.html -o sarif=mtls.sarif

  # what changed, as a table and as a page
  mtlsctl diff main -f deploy/ -o json=diff.json
  mtlsctl show diff.json -o markdown

  # from a pipe
  mtlsctl analyze -f deploy/ -o json | mtlsctl show -`

// showOptions is everything that one run of show needs.
type showOptions struct {
	streams console.Streams
	color   *console.ColorFlag
	output  outputsFlags
	failOn  string
	given   func(flag string) bool
	file    string
}

func newShow(s console.Streams, color *console.ColorFlag) *cobra.Command {
	o := &showOptions{streams: s, color: color, output: outputsFlags{any: true}}
	c := &cobra.Command{
		Use: "show FILE", Short: "Render a saved report again",
		Long: showLong, Example: showExample, Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if err := o.complete(args); err != nil {
				return err
			}
			return console.InputError(o.run())
		},
	}
	o.output.add(c)
	c.Flags().StringVar(&o.failOn, "fail-on", "never", "exit with 1 when a finding is at least `SEVERITY`, or an expectation fails: "+strings.Join(failWords, ", "))
	o.given = c.Flags().Changed
	console.Completes(c, "fail-on", console.OneOf(failWords...))
	return c
}

func (o *showOptions) complete(args []string) error {
	if len(args) != 1 {
		return console.Usage("mtlsctl analyze -o json=report.json writes one", "show takes one report, or - for stdin, not %d", len(args))
	}
	o.file, o.failOn = args[0], strings.ToLower(o.failOn)
	if _, err := analyze.ParseSeverity(o.failOn); err != nil && o.failOn != "never" {
		return console.Usage("", "--fail-on %q: one of %s", o.failOn, strings.Join(failWords, ", "))
	}
	return o.output.complete()
}

func (o *showOptions) run() error {
	text, err := o.text()
	if err != nil {
		return err
	}
	report, err := wire.Read(text)
	if err != nil {
		return &console.Failure{Code: console.ExitInput, Message: o.file + ": " + err.Error(), Hints: []string{"mtlsctl analyze -o json=report.json writes a report"}}
	}
	failed, err := o.failed(report)
	if err != nil {
		return err
	}
	view, err := render.Saved(report, project.Catalogue())
	if err != nil {
		return err
	}
	if err := o.output.write(o.streams, o.color, view); err != nil {
		return err
	}
	if failed {
		return console.ErrFindings
	}
	return nil
}

func (o *showOptions) text() ([]byte, error) {
	if o.file == "-" {
		return io.ReadAll(o.streams.In)
	}
	return os.ReadFile(o.file)
}

// failed reports that --fail-on is reached.
func (o *showOptions) failed(report any) (bool, error) {
	switch r := report.(type) {
	case *wire.Report:
		if o.given("fail-on") {
			r.FailOn = o.failOn
		}
		return r.Reaches(o.failOn), nil
	case *wire.VerifyReport:
		if o.given("fail-on") {
			r.FailOn = o.failOn
		}
		return r.Reaches(o.failOn), nil
	case *wire.TestReport:
		return o.failOn != "never" && r.Totals.Failed > 0, nil
	}
	if o.failOn != "never" {
		return false, console.Usage("", "--fail-on %s: the report has no findings and no expectations", o.failOn)
	}
	return false, nil
}
