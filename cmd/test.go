package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mtlsctl/mtlsctl/analyze/expect"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

const testLong = `test checks expectations of a mesh: unit tests for its policies. Expectations are
YAML of kind MeshTest next to the manifests, about the mode of a port, the result of
a call, or a namespace without plaintext:

  apiVersion: mtlsctl.io/v1alpha1
  kind: MeshTest
  metadata: {name: shop}
  files: [.]                     # relative to this file; -f and -k override it
  expect:
    - {workload: deploy/pay.shop, port: 8080, mode: STRICT}
    - {from: deploy/web.shop, to: "pay.shop:80", verdict: mtls}
    - {no-plaintext-into: shop}  # except for exceptions of .mtlsctl.yaml

An expectation fails if the input does not show the answer. test reads no cluster.

It exits with 1 when an expectation fails, in every output format.`

const testExample = `  # every MeshTest below a directory
  mtlsctl test deploy/

  # with rendered manifests
  helm template ./chart | mtlsctl test tests/ -f -

  # for people, and for a machine
  mtlsctl test deploy/ -o table -o junit=junit.xml`

// testOptions is everything that one run of test needs.
type testOptions struct {
	streams console.Streams
	color   *console.ColorFlag
	input   input.Flags
	output  outputsFlags
	config  configFlags
	paths   []string
	project *project.Config
	// read are the inputs that tests are about, by what they read.
	read  map[string]*input.Loaded
	order []*input.Loaded
}

func newTest(s console.Streams, color *console.ColorFlag) *cobra.Command {
	o := &testOptions{streams: s, color: color, read: map[string]*input.Loaded{}}
	c := &cobra.Command{
		Use: "test [PATH...]", Short: "Check expectations of a mesh, written next to its manifests",
		Long: testLong, Example: testExample, Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.complete(args); err != nil {
				return err
			}
			return console.InputError(o.run(c.Context()))
		},
	}
	c.Flags().SortFlags = false
	var reach pflag.FlagSet
	o.input.Cluster.Add(&reach)
	o.input.Add(c)
	reach.VisitAll(func(f *pflag.Flag) { _ = c.Flags().MarkHidden(f.Name) }) // no cluster is asked
	_ = c.Flags().MarkHidden("all-namespaces")                               // expectations name theirs
	c.Flags().Lookup("namespace").Usage = "objects without a namespace belong to `NS`"
	c.Flags().Lookup("filename").Usage = "read YAML or JSON from `FILE`, a directory, git:REV:PATH or - for stdin, instead of the files in the tests; may be repeated"
	o.output.add(c)
	o.config.add(c)
	return c
}

// complete checks everything that can be checked before reading.
func (o *testOptions) complete(args []string) (err error) {
	if err := console.FirstError(o.output.complete(), o.input.Validate(nil)); err != nil {
		return err
	}
	if o.paths = args; len(args) == 0 {
		o.paths = []string{"."}
	}
	o.project, err = o.config.readExceptions(o.streams)
	return console.InputError(err)
}

func (o *testOptions) run(ctx context.Context) error {
	tests, err := findTests(o.paths)
	if err != nil {
		return err
	}
	report := wire.NewTestReport()
	for _, t := range tests {
		l, err := o.loadFor(ctx, t)
		if err != nil {
			return err
		}
		o.check(l, t, report)
	}
	answered := o.output.write(o.streams, o.color, render.Expectations{Report: report})
	var covered error
	for _, l := range o.order {
		covered = console.FirstError(covered, l.Report(o.streams))
	}
	switch {
	case console.UnlessClosed(answered) != nil:
		return answered
	case report.Totals.Failed > 0:
		return console.ErrFindings
	}
	return covered
}

// loadFor reads what a test is about, once for all that are about the same.
func (o *testOptions) loadFor(ctx context.Context, t *expect.Test) (*input.Loaded, error) {
	flags := o.inputOf(t)
	key := fmt.Sprintf("%q", []any{flags.Files, flags.Kustomize, flags.Charts.Helm, flags.Namespace, flags.RootNamespace, flags.MeshConfig, flags.Injected, flags.NotInjected, flags.Revisions, flags.Istio})
	if l := o.read[key]; l != nil {
		return l, nil
	}
	l, err := input.Load(ctx, flags, o.streams)
	var f *console.Failure
	if errors.As(err, &f) && f.Message != "" && !o.input.ReadsFiles() {
		f.Message = t.At.String() + ": " + f.Message
	}
	if err != nil {
		return nil, err
	}
	l.Rules = o.project.File
	o.read[key], o.order = l, append(o.order, l)
	return l, console.FirstError(l.MustHold(), l.CheckNamespaces())
}

// inputOf are the flags of the command line, with what the test says where they say
// nothing. Its paths are relative to its file.
func (o *testOptions) inputOf(t *expect.Test) *input.Flags {
	flags := o.input
	beside := func(paths []string) []string {
		out := make([]string, len(paths))
		for i, p := range paths {
			if out[i] = p; !filepath.IsAbs(p) {
				out[i] = filepath.Join(filepath.Dir(t.At.File), p)
			}
		}
		return out
	}
	if !flags.ReadsFiles() {
		flags.Files, flags.Kustomize = beside(t.Files), beside(t.Kustomize)
		if len(t.Files)+len(t.Kustomize) == 0 {
			flags.Files = []string{filepath.Dir(t.At.File)}
		}
	}
	if flags.MeshConfig == "" && t.MeshConfig != "" {
		flags.MeshConfig = beside([]string{t.MeshConfig})[0]
	}
	flags.Namespace = cmp.Or(flags.Namespace, t.Namespace)
	flags.RootNamespace = cmp.Or(flags.RootNamespace, t.RootNamespace)
	flags.Injected = append(flags.Injected, t.AssumeInjected...)
	flags.NotInjected = append(flags.NotInjected, t.AssumeNaked...)
	flags.Revisions = append(flags.Revisions, t.Revisions...)
	flags.AllNamespaces = true // -n is where objects without a namespace live
	return &flags
}
