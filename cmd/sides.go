package cmd

import (
	"context"
	"errors"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/project"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/cmd/internal/input"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/change"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
)

// completeSides finds out what is compared with what.
func (o *diffOptions) completeSides(args []string) (err error) {
	switch {
	case len(args) > 2:
		return console.Usage("mtlsctl diff BASE HEAD; -f names files to apply", "diff takes two arguments, but got %q", args)
	case len(args) == 2 && o.changes():
		return console.Usage("mtlsctl diff BASE -f FILE applies the files to BASE", "with BASE and HEAD there is nothing to apply -f, -k or --delete to")
	case len(args) == 2 && args[0] == args[1]:
		return console.Usage("", "BASE and HEAD are both %s", args[0])
	case len(args) == 1 && !o.changes():
		return console.Usage("mtlsctl diff "+shell.Word(args[0])+" HEAD compares two sides, mtlsctl diff "+shell.Word(args[0])+" -f FILE applies a change", "diff needs a HEAD, or files to apply with -f")
	case len(args) == 0 && !o.changes():
		return console.Usage("mtlsctl diff -f FILE compares the cluster with FILE applied, mtlsctl diff BASE HEAD two sides", "nothing to compare")
	case len(args) == 0:
		args = []string{"cluster"}
	}
	if o.base, err = input.ParseSide(args[0]); err == nil && len(args) == 2 {
		o.head, err = input.ParseSide(args[1])
	}
	return err
}

// side is one of the two meshes, and the objects that it is made of.
type side struct {
	*input.Loaded
	word    string
	objects []resolve.Object
	// marks are what is written on the objects, nil until asked for.
	marks *project.Objects
	// applied is what was read of the files of a change, nil for a side of its own.
	applied *input.Loaded
	// applyTo is the namespace of applied objects that name none, "" for the default.
	applyTo string
}

// load reads both sides.
func (o *diffOptions) load(ctx context.Context) (base, head *side, err error) {
	in, flags, err := o.read(ctx, o.base)
	if err != nil {
		return nil, nil, err
	}
	flags.Istio = o.upgrade.before(flags.Istio)
	if o.restart {
		in.Objects, _ = change.Change{Restart: true}.To(in.Objects)
	}
	if err := o.plan.begin(ctx, in); err != nil {
		return nil, nil, err
	}
	base = o.newSide(o.base.Word, flags, in, nil)
	if err := base.mustHold(o.streams); err != nil && !o.base.Without {
		return nil, nil, err
	}
	if o.changes() {
		head, err = o.change(ctx, base, in)
		return base, head, err
	}
	if o.upgrade.alone {
		return base, o.upgraded(base, in), nil
	}
	if in, flags, err = o.read(ctx, o.head); err != nil {
		return nil, nil, err
	}
	flags.Istio = o.upgrade.after(flags.Istio)
	if o.restart {
		in.Objects, _ = change.Change{Restart: true}.To(in.Objects)
	}
	head = o.newSide(o.head.Word, flags, in, nil)
	if o.head.Without {
		return base, head, nil
	}
	return base, head, head.mustHold(o.streams)
}

// mustHold refuses a side without any object, and says what was wrong with what it was
// read from: all that stood on the other side would look deleted.
func (s *side) mustHold(streams console.Streams) error {
	if len(s.objects) > 0 || s.Cluster != nil {
		return nil
	}
	input.SayProblems(streams, s.Problems)
	input.SayNotes(streams, s.Notes)
	return &console.Failure{Code: console.ExitInput, Message: s.word + ": has no object that mtlsctl reads: nothing was compared", Hints: []string{
		"check the path; mtlsctl describe -f lists skipped files",
	}}
}

// read reads one side.
func (o *diffOptions) read(ctx context.Context, w input.SideWord) (*source.Input, *input.Flags, error) {
	flags := o.input
	flags.Cluster.Merge = o.changes()
	if o.upgrade.alone && o.input.ReadsFiles() {
		in, err := flags.Read(ctx, o.streams)
		return in, &flags, console.InputError(err)
	}
	return flags.ReadSide(ctx, w, o.streams)
}

// newSide resolves what was read, or what base becomes, and keeps the objects: the Mesh lets
// them go.
func (o *diffOptions) newSide(word string, flags *input.Flags, in *source.Input, base *side) *side {
	s := &side{Loaded: &input.Loaded{Flags: flags, Start: o.streams.Now(), Unused: cluster.Evidence(), Editable: o.changes()}, word: word, objects: in.Objects, applyTo: flags.ContextNamespace}
	if base != nil {
		s.Build = func(_ config.Options, objects []resolve.Object) *mesh.Mesh {
			return base.Mesh.With(change.Between(base.objects, objects)...)
		}
	}
	if in.Cluster != nil && s.applyTo == "" { // a snapshot
		s.applyTo = in.Cluster.Namespace
	}
	flags.ContextNamespace = "" // a change is shown wherever it is
	s.Take(in)
	return s
}

// analyzed runs the checks. What the project hides is no change; base is nil for the base
// itself, whose annotations count, unless none do.
func (o *diffOptions) analyzed(s, base *side) diff.Side {
	now := o.streams.Now()
	report := analyze.RunWith(s.Mesh, analyze.Default.Of(checks.All()), analyze.Options{Exceptions: o.project.counts.Lasting(now), Completion: s.Completion(s.objects)})
	tellOnce(s.Loaded, report.Findings)
	run := project.Run{Config: o.project.counts, Objects: s.written(), Mesh: s.Mesh, Now: now}
	switch {
	case o.from.word == "none":
		run.Objects.Trust(&project.Objects{})
	case base != nil && o.from.word == "base":
		run.Objects.Trust(base.written())
	}
	run.Hide(report)
	if base != nil && o.from.word != "head" {
		run.Head = o.project.brings
		report.Add(run.Added()...)
	}
	return diff.Side{Mesh: s.Mesh, Findings: report.Findings}
}

// written is what stands on the objects, and on the pods of running workloads.
func (s *side) written() *project.Objects {
	if s.marks == nil {
		s.marks = &project.Objects{}
		s.marks.Add("", s.objects)
		s.marks.AddWorkloads("", s.Mesh.Workloads())
	}
	return s.marks
}

// reportSides prints to stderr what has to be known about both: what is wrong with
// either once, and what was read. It returns errIncomplete as report does.
func reportSides(s console.Streams, base, head *side) error {
	input.SayProblems(s, united(base.Problems, head.Problems))
	input.SayNotes(s, united(base.Notes, head.Notes))
	base.SayCluster(s)
	if head.Cluster != base.Cluster {
		head.SayCluster(s)
	}
	base.SayScope(s, "base: ")
	if head.applied == nil {
		head.SayScope(s, "head: ")
	} else if head.applied.Stats.Files > 0 {
		head.applied.SayScope(s, "change: ")
	}
	return errors.Join(base.Incomplete(), head.Incomplete())
}

// united are the members of both lists, each once, in their order.
func united[T comparable](a, b []T) []T {
	seen := map[T]bool{}
	var all []T
	for _, list := range [][]T{a, b} {
		for _, one := range list {
			if !seen[one] {
				seen[one] = true
				all = append(all, one)
			}
		}
	}
	return all
}
