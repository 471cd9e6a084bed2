package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/fix"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// printFixes prints the repairs of the findings as one unified diff of the files, and says
// what they are and what is left.
func (o *analyzeOptions) printFixes(ctx context.Context, l *input.Loaded, report *analyze.Report, objects *project.Objects, seen *evidence.Traffic) error {
	was, err := o.world(ctx, nil, seen)
	if err != nil {
		return err
	}
	home := l.Flags.Namespace
	if home == "" {
		home = "default"
	}
	result, err := fix.Files(was, report.Findings, objects.Origin, fix.Source{Namespace: home, Text: func(file string) ([]byte, error) { return textOf(l, file) }, With: func(texts map[string][]byte) (*fix.World, error) {
		return o.world(ctx, texts, seen)
	}})
	if err != nil {
		return err
	}
	var b strings.Builder
	for i := range result.Files {
		f := &result.Files[i]
		patch, err := f.Unified(patchName(f.Name))
		if err != nil {
			return err
		}
		b.WriteString(patch)
	}
	if _, err := o.streams.Out.Write([]byte(b.String())); err != nil {
		return err
	}
	o.sayFixes(report, result)
	return nil
}

// world reads and analyzes the files, those of texts as they would be.
func (o *analyzeOptions) world(ctx context.Context, texts map[string][]byte, seen *evidence.Traffic) (*fix.World, error) {
	options := o.input.SourceOptions(ctx, o.streams)
	options.Instead = texts
	in, err := source.Read(ctx, options)
	if err != nil {
		return nil, console.InputError(err)
	}
	objects := in.Objects
	l := input.NewLoaded(&o.input, o.streams)
	l.Completes = true
	l.Take(in)
	mesh := l.Mesh
	if l.Completed != nil { // what is found is repaired where it is found
		mesh = l.Completed.Injected
	}
	var known *evidence.Evidence
	if seen != nil {
		known = evidence.New(seen, mesh)
	}
	report := analyze.RunWith(l.Mesh, o.choice.onMesh(), analyze.Options{
		Evidence: known, Exceptions: o.project.Lasting(o.streams.Now()), Completion: l.Completed, Files: l.Cluster == nil,
		Unrendered: l.Unrendered(), Altered: l.Altered,
	})
	return &fix.World{Side: diff.Side{Mesh: mesh, Findings: report.Findings}, Objects: objects}, nil
}

// textOf reads a file of the input, for it to be changed.
func textOf(l *input.Loaded, file string) ([]byte, error) {
	if chart := l.Rendered[file]; chart != "" {
		return nil, fmt.Errorf("the object is rendered from %s of the Helm chart %s: change the template or the values", file, chart)
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is not a file: change its source instead", file)
	}
	return text, err
}

// patchName is a path as a patch names it: seen from the working directory.
func patchName(file string) string {
	if dir, err := os.Getwd(); err == nil && filepath.IsAbs(file) {
		if short := below(dir, file); short != "" {
			file = short
		}
	}
	return strings.TrimPrefix(filepath.ToSlash(filepath.Clean(file)), "/")
}

// sayFixes says to stderr what the diff is about.
func (o *analyzeOptions) sayFixes(report *analyze.Report, r *fix.Result) {
	bare := 0
	for i := range report.Findings {
		if len(report.Findings[i].Repair) == 0 {
			bare++
		}
	}
	for _, f := range r.Left {
		console.Say(o.streams, "not repaired: %s %s: %s", f.Code, f.Object, f.Why)
	}
	for _, p := range r.Weaker {
		console.Say(o.streams, "note: port %d of %s becomes %s, and was %s", p.Port, p.Workload.Short(), p.Is.Mode, p.Was.Mode)
	}
	for i := range r.Files {
		if name := r.Files[i].Name; filepath.IsAbs(name) && patchName(name) == strings.TrimPrefix(filepath.ToSlash(name), "/") {
			console.Say(o.streams, "note: %s is not below the working directory: patch -p1 -d / applies the diff", name)
		} else if strings.HasPrefix(patchName(name), "../") {
			console.Say(o.streams, "note: %s is not below the working directory: patch refuses it; run from a directory above it", name)
		}
	}
	text := fmt.Sprintf("repairs %d of %s in %s", len(r.Done), console.Plural(len(report.Findings), "finding"), console.Plural(len(r.Files), "file"))
	if len(r.Done) > 0 {
		text += "; tried on the model: no call breaks, loses its mTLS or becomes uncertain"
	}
	console.Say(o.streams, "%s", text)
	if bare > 0 {
		console.Say(o.streams, "%s without an automatic repair: mtlsctl analyze lists what to do", console.Plural(bare, "finding"))
	}
}

// fixable refuses input of which no file can be changed.
func (o *analyzeOptions) fixable() error {
	if !o.fix {
		return nil
	}
	switch {
	case len(o.output.words) > 0:
		return console.Usage("without --fix-dry-run, -o json has the repair of each finding", "--fix-dry-run prints a unified diff and does not support -o")
	case len(o.input.Files) == 0:
		return console.Usage("pass the files with -f", "--fix-dry-run repairs files, but no files are given")
	case slices.ContainsFunc(o.input.Files, func(f string) bool { return f == "-" }):
		return console.Usage("pass the files with -f; without --fix-dry-run, -o wide has the repair of each finding", "--fix-dry-run repairs files, but - is standard input")
	}
	return nil
}
