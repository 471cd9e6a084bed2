package cmd

import (
	"context"
	"errors"
	"slices"
	"time"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/change"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// loaded is the input of a run, read and resolved.
type loaded struct {
	flags    *inputFlags
	mesh     *mesh.Mesh
	problems []resolve.Problem
	notes    []source.Note
	stats    source.Stats
	// cluster is what was read of a cluster, nil for files.
	cluster *source.Cluster
	// unused are kinds that the answer does not depend on: whether they could be read
	// makes it no less whole.
	unused []resolve.Kind
	// planned are the waves of migrate-plan that the objects show to be applied.
	planned []plan.Applied
	// same are contexts that lead to the cluster of another one.
	same []string
	// rules is the file of the configuration that counts, "" for none.
	rules string
	// lost are clusters of several that could not be read.
	lost []resolve.Gap
	// meshConfig is that of --mesh-config, nil without it.
	meshConfig *meshv1alpha1.MeshConfig
	// completes keeps the objects for a completion where one may be needed.
	completes bool
	completed *analyze.Completion
	// elsewhere is true where the command line named something by its namespace: which one
	// the context has does not matter then.
	elsewhere bool
	// observers are given the objects before these are let go.
	observers []observer
	// editable is set where the mesh is to be changed: see resolve.Options.
	editable bool
	// base is the side that this one is a change of, nil for one that was read.
	base  *side
	start time.Time
}

// observer looks at the objects of one cluster, or of files: "".
type observer func(cluster string, objects []resolve.Object)

// load reads and resolves what the flags name. Problems in the input are no
// error: they are in the result.
func load(ctx context.Context, f *inputFlags, s console.Streams, observers ...observer) (*loaded, error) {
	return newLoaded(f, s, observers...).load(ctx, s)
}

func newLoaded(f *inputFlags, s console.Streams, observers ...observer) *loaded {
	return &loaded{flags: f, start: s.Now(), unused: source.Evidence(), observers: observers}
}

func (l *loaded) load(ctx context.Context, s console.Streams) (*loaded, error) {
	f := l.flags
	if f.severalClusters() {
		return l, l.several(ctx, s)
	}
	in, err := f.read(ctx, s)
	if err != nil {
		return nil, console.InputError(err)
	}
	l.take(in)
	return l, ctx.Err()
}

// gaps are what could not be read: clusters, and kinds of those that were.
func (l *loaded) gaps() []resolve.Gap { return slices.Concat(l.lost, l.mesh.Gaps()) }

// missed are the gaps that the answer depends on.
func (l *loaded) missed() []resolve.Gap {
	return slices.DeleteFunc(l.gaps(), func(g resolve.Gap) bool { return slices.Contains(l.unused, g.Kind) })
}

// take resolves an Input.
func (l *loaded) take(in *source.Input) {
	f := l.flags
	objects, options := in.Objects, f.resolveOptions(in)
	options.Editable = l.editable
	l.observe("", in.Objects)
	l.planned = plan.AppliedOf(in.Objects)
	var kept []resolve.Object
	if l.completes && in.Cluster == nil && lacksNamespace(in.Objects) {
		kept = in.Objects
	}
	in.Objects = nil
	l.meshConfig = in.MeshConfig
	l.mesh, l.notes, l.stats, l.cluster = l.resolved(options, objects), in.Notes, in.Stats, in.Cluster
	l.problems = slices.Concat(in.Problems, l.mesh.Problems())
	slices.SortStableFunc(l.problems, resolve.Problem.Compare)
	for _, r := range l.mesh.Remarks() {
		l.notes = append(l.notes, source.Note{Position: r.Position, Message: r.Message, Hint: r.Hint})
	}
	if kept != nil {
		l.completed = l.completion(kept)
	}
}

// resolved is the mesh of objects: that of the base with what changes, where there is one.
func (l *loaded) resolved(o config.Options, objects []resolve.Object) *mesh.Mesh {
	if l.base != nil {
		return l.base.mesh.With(change.Between(l.base.objects, objects)...)
	}
	return mesh.Build(o, objects)
}

func (l *loaded) observe(cluster string, objects []resolve.Object) {
	for _, look := range l.observers {
		look(cluster, objects)
	}
}

// checkNamespaces refuses namespaces on the command line in which nothing lives.
func (l *loaded) checkNamespaces() error {
	for _, flag := range []struct {
		name   string
		values []string
	}{
		{"-n", []string{l.flags.namespace}},
		{"--root-namespace", []string{l.flags.rootNamespace}},
		{"--assume-injected", l.flags.injected},
		{"--assume-naked", l.flags.naked},
	} {
		for _, ns := range flag.values {
			if ns == "" || ns == everywhere || len(l.gaps()) > 0 {
				continue
			}
			if err := l.noNamespace(flag.name, ns); err != nil {
				return err
			}
		}
	}
	return nil
}

// mustHold refuses an input without any object: nothing found in nothing would look
// like success where a pipeline rendered nothing.
func (l *loaded) mustHold() error {
	if len(l.stats.Objects) > 0 || l.cluster != nil {
		return nil
	}
	return &console.Failure{Code: console.ExitInput, Message: "nothing was read: the input holds no object that mtlsctl uses", Hints: []string{
		"check the path, and render templates first; the lines above say what was skipped",
	}}
}

// noNamespace refuses a namespace that a flag names and in which nothing lives, nil where
// something does.
func (l *loaded) noNamespace(flag, ns string) error {
	_, err := l.mesh.FindNamespace(ns)
	var missing *mesh.NoNamespaceError
	if errors.As(err, &missing) {
		return console.Usage(namespaceHint(missing), "%s %s: %s", flag, ns, missing)
	}
	return nil
}

// shows reports whether a namespace was asked for.
func (l *loaded) shows(namespace string) bool {
	shown := l.flags.shownNamespace()
	return shown == "" || shown == namespace
}

// scope is what a machine-readable answer says about its input.
func (l *loaded) scope() wire.Scope {
	s := wire.Scope{
		RootNamespace: l.mesh.RootNamespace(), Files: l.stats.Files, Documents: l.stats.Documents,
		Objects: map[string]int{}, Skipped: l.stats.Skipped, Defaulted: l.stats.Defaulted,
		Problems: render.NewProblems(l.problems), Base: l.flags.base(),
	}
	for kind, n := range l.stats.Objects {
		s.Objects[string(kind)] = n
	}
	if shown := l.flags.shownNamespace(); shown != "" {
		s.Namespaces = []string{shown}
	}
	if l.cluster != nil {
		s.Cluster = wire.Cluster{Name: l.cluster.Name, Gaps: render.NewGaps(l.gaps()), Absent: l.cluster.Absent, Defaults: l.cluster.Defaults}
	}
	return s
}
