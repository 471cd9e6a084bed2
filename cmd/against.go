package cmd

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// againstFlags say what analyze compares its findings with.
type againstFlags struct {
	word string
	from configFrom
	base input.SideWord
	// found is what was found in the base, objects what is written on its objects.
	found   *analyze.Before
	objects *project.Objects
	project configs
}

func (f *againstFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.word, "against", "", "count only findings that `BASE` does not have: git:REV (the same -f and -k there), git:REV:PATH, a path or a cluster, as for mtlsctl diff")
	f.from.add(c)
}

// complete takes BASE apart.
func (f *againstFlags) complete(in *input.Flags) (err error) {
	if f.word == "" {
		return nil
	}
	if err := f.from.complete(); err != nil {
		return err
	}
	if len(in.Cluster.Contexts) > 0 {
		return console.Usage("", "--against compares with one mesh, --contexts reads several")
	}
	if revision, bare := strings.CutPrefix(f.word, "git:"); bare && revision != "" && !strings.Contains(revision, ":") {
		if !in.ReadsFiles() {
			return console.Usage("--against git:REV:PATH names one", "--against %s needs -f or -k: it reads them at that revision", f.word)
		}
		f.base = input.SideWord{Word: f.word, RevisionOnly: revision}
		return nil
	}
	f.base, err = input.ParseSide(f.word)
	return err
}

// read reads and analyzes the base.
func (o *analyzeOptions) readBase(ctx context.Context) error {
	f := &o.against
	if f.word == "" {
		return nil
	}
	in, flags, err := o.input.ReadSide(ctx, f.base, o.streams)
	var absent *source.AbsentError
	var unknown *source.EnvironmentError
	if errors.As(err, &absent) || errors.As(err, &unknown) && unknown.Name != "" {
		// The directory, or the environment, is new: nothing was there before.
		f.found, f.objects = &analyze.Before{}, &project.Objects{}
		return nil
	}
	if err != nil {
		return err
	}
	l := input.NewLoaded(flags, o.streams)
	l.Completes = true
	f.objects = &project.Objects{}
	f.objects.Add("", in.Objects)
	l.Take(in)
	f.objects.AddWorkloads("", l.Mesh.Workloads())
	report := o.runChecks(l, nil)
	run := project.Run{Config: o.project, Objects: f.objects, Mesh: l.Mesh, Checks: o.choice.checks, All: o.choice.allChecks, Now: o.streams.Now()}
	if f.from.word == "none" {
		run.Objects.Trust(&project.Objects{})
	}
	run.Apply(report)
	before := analyze.NewBefore(report.Findings)
	f.found = &before
	return nil
}

// configure reads the configuration that counts: for a comparison that of the base.
func (o *analyzeOptions) configure(ctx context.Context) error {
	if o.against.word == "" {
		config, err := o.config.read()
		o.project = config
		return err
	}
	both, err := o.config.readFor(ctx, o.against.from.word, o.against.base, input.SideWord{})
	o.against.project, o.project = both, both.counts
	return err
}

// compared marks the findings of a report that the base has too.
func (o *analyzeOptions) compared(report *analyze.Report) {
	if o.against.found == nil {
		return
	}
	for i := range report.Findings {
		f := &report.Findings[i]
		f.Known = o.against.found.Knows(f)
	}
}

// trust makes annotations count that the base has too, or none, as --config-from says.
func (f *againstFlags) trust(objects *project.Objects) {
	switch {
	case f.word == "" || f.from.word == "head":
	case f.from.word == "none":
		objects.Trust(&project.Objects{})
	default:
		objects.Trust(f.objects)
	}
}

// textOfBase reads a file as it is in the base, for a base that is a git revision.
func (f *againstFlags) textOfBase(ctx context.Context, file string, otherwise func(string) ([]byte, error)) ([]byte, error) {
	revision := f.base.Revision()
	switch {
	case f.word == "" || f.from.word == "head" || revision == "":
		return otherwise(file)
	case f.from.word == "none":
		return nil, nil
	}
	text, _, err := source.FileOf(ctx, revision, filepath.ToSlash(input.FromHere(file)))
	return text, err
}

// runChecks runs the chosen checks over what was loaded.
func (o *analyzeOptions) runChecks(l *input.Loaded, evidence *evidence.Evidence) *analyze.Report {
	var namespaces []string
	if shown := l.Flags.ShownNamespace(); shown != "" {
		namespaces = []string{shown}
	}
	onMesh := o.choice.onMesh()
	report := analyze.RunWith(l.Mesh, onMesh, analyze.Options{
		Evidence: evidence, Exceptions: o.project.Lasting(o.streams.Now()), Namespaces: namespaces,
		Completion: l.Completed, Files: l.Cluster == nil, Unrendered: l.Unrendered(), Altered: l.Altered,
	})
	o.choice.of.Weigh(report, onMesh)
	return report
}
