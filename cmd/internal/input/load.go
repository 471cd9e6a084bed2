package input

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
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// Loaded is the input of a run, read and resolved.
type Loaded struct {
	Flags    *Flags
	Mesh     *mesh.Mesh
	Problems []resolve.Problem
	Notes    []manifest.Note
	// Altered says what kustomizations that were read past do to an object of a file, nil
	// where there are none.
	Altered func(resolve.Ref, string) (analyze.Alteration, bool)
	// Environment is the one that was read, "" where the files are read as they are.
	Environment string
	// Rendered names the chart of each file that is a template of one.
	Rendered map[string]string
	Stats    source.Stats
	// Cluster is what was read of a cluster, nil for files.
	Cluster *manifest.Cluster
	// Unused are kinds that the answer does not depend on: whether they could be read
	// makes it no less whole.
	Unused []resolve.Kind
	// Planned are the waves of migrate-plan that the objects show to be applied.
	Planned []plan.Applied
	// same are contexts that lead to the cluster of another one.
	same []string
	// Rules is the file of the configuration that counts, "" for none.
	Rules string
	// lost are clusters of several that could not be read: gaps of all others.
	lost []resolve.Gap
	// meshConfig is that of --mesh-config, nil without it.
	meshConfig *meshv1alpha1.MeshConfig
	// Applied is true for the files of a change, which are no mesh of their own.
	Applied bool
	// Completes keeps the objects for a completion where one may be needed.
	Completes bool
	Completed *analyze.Completion
	// elsewhere is true where the command line named something by its namespace: which one
	// the context has does not matter then.
	elsewhere bool
	// observers are given the objects before these are let go.
	observers []observer
	// Proxies are what a snapshot has of proxies, "" for nothing.
	Proxies string
	// Editable is set where the mesh is to be changed: see resolve.Options.
	Editable bool
	// Build makes the mesh, nil for mesh.Build: of a change it is made of another.
	Build func(config.Options, []resolve.Object) *mesh.Mesh
	Start time.Time
}

// observer looks at the objects of one cluster, or of files: "".
type observer func(cluster string, objects []resolve.Object)

// Load reads and resolves what the flags name. Problems in the input are no
// error: they are in the result.
func Load(ctx context.Context, f *Flags, s console.Streams, observers ...observer) (*Loaded, error) {
	return NewLoaded(f, s, observers...).Load(ctx, s)
}

// NewLoaded is an input that is still to be read: the fields that a command sets go first.
func NewLoaded(f *Flags, s console.Streams, observers ...observer) *Loaded {
	return &Loaded{Flags: f, Start: s.Now(), Unused: cluster.Evidence(), observers: observers}
}

// Load reads and resolves what the flags name, see the function.
func (l *Loaded) Load(ctx context.Context, s console.Streams) (*Loaded, error) {
	f := l.Flags
	if f.severalClusters() {
		return l, l.several(ctx, s)
	}
	files, err := f.snapshots()
	if err != nil {
		return nil, err
	}
	if len(files) > 0 {
		return l, l.joinSnapshots(ctx, s, files)
	}
	in, err := f.Read(ctx, s)
	if err != nil {
		return nil, console.InputError(err)
	}
	l.Take(in)
	return l, ctx.Err()
}

// Gaps are what could not be read: clusters, and kinds of those that were.
func (l *Loaded) Gaps() []resolve.Gap { return slices.Clone(l.Mesh.Gaps()) } // callers drop some

// missed are the gaps that the answer depends on.
func (l *Loaded) missed() []resolve.Gap {
	return slices.DeleteFunc(l.Gaps(), func(g resolve.Gap) bool { return slices.Contains(l.Unused, g.Kind) })
}

// Take resolves an Input.
func (l *Loaded) Take(in *source.Input) {
	f := l.Flags
	objects, options := in.Objects, f.resolveOptions(in)
	options.Editable = l.Editable
	l.observe("", in.Objects)
	in.Problems = append(in.Problems, manifest.YoungerThan(in.Objects, oldest(options.Istio))...)
	l.Planned = plan.AppliedOf(in.Objects)
	var kept []resolve.Object
	if l.Completes && in.Cluster == nil && lacksNamespace(in.Objects) {
		kept = in.Objects
	}
	in.Objects = nil
	l.meshConfig, l.Rendered, l.Proxies, l.Environment = in.MeshConfig, in.Rendered, in.Proxies, in.Environment
	l.Mesh, l.Notes, l.Stats, l.Cluster = l.resolved(options, objects), in.Notes, in.Stats, in.Cluster
	l.Problems = slices.Concat(in.Problems, l.Mesh.Problems())
	if altered := in.Altered; len(altered) > 0 {
		l.Altered = func(ref resolve.Ref, file string) (analyze.Alteration, bool) {
			a, ok := altered.Of(ref, file)
			return analyze.Alteration(a), ok
		}
	}
	slices.SortStableFunc(l.Problems, resolve.Problem.Compare)
	for _, r := range l.Mesh.Remarks() {
		l.Notes = append(l.Notes, manifest.Note{Position: r.Position, Message: r.Message, Hint: r.Hint})
	}
	if kept != nil {
		l.Completed = l.Completion(kept)
	}
}

// Unrendered names the charts and kustomizations that were read past.
func (l *Loaded) Unrendered() []string {
	var out []string
	for _, n := range l.Notes {
		if n.Unrendered != "" {
			out = append(out, n.Unrendered)
		}
	}
	return out
}

// resolved is the mesh of objects.
func (l *Loaded) resolved(o config.Options, objects []resolve.Object) *mesh.Mesh {
	if l.Build != nil {
		return l.Build(o, objects)
	}
	return mesh.Build(o, objects)
}

func (l *Loaded) observe(cluster string, objects []resolve.Object) {
	for _, look := range l.observers {
		look(cluster, objects)
	}
}

// CheckNamespaces refuses namespaces on the command line in which nothing lives.
func (l *Loaded) CheckNamespaces() error {
	for _, flag := range []struct {
		name   string
		values []string
	}{
		{"-n", []string{l.Flags.Namespace}},
		{"--root-namespace", []string{l.Flags.RootNamespace}},
		{"--assume-injected", l.Flags.Injected},
		{"--assume-not-injected", l.Flags.NotInjected},
	} {
		for _, ns := range flag.values {
			if ns == "" || ns == everywhere || len(l.Gaps()) > 0 {
				continue
			}
			if err := l.NoNamespace(flag.name, ns); err != nil {
				return err
			}
		}
	}
	return nil
}

// MustHold refuses an input without any object: nothing found in nothing would look
// like success where a pipeline rendered nothing.
func (l *Loaded) MustHold() error {
	if len(l.Stats.Objects) > 0 || l.Cluster != nil {
		return nil
	}
	return &console.Failure{Code: console.ExitInput, Message: "nothing was read: the input has no object that mtlsctl uses", Hints: []string{
		"check the path; skipped files are listed above, if there are any",
	}}
}

// NoNamespace refuses a namespace that a flag names and in which nothing lives, nil where
// something does.
func (l *Loaded) NoNamespace(flag, ns string) error {
	_, err := l.Mesh.FindNamespace(ns)
	var missing *mesh.NoNamespaceError
	if errors.As(err, &missing) {
		return console.Usage(namespaceHint(missing), "%s %s: %s", flag, ns, missing)
	}
	return nil
}

// Shows reports whether a namespace was asked for.
func (l *Loaded) Shows(namespace string) bool {
	shown := l.Flags.ShownNamespace()
	return shown == "" || shown == namespace
}

// Scope is what a machine-readable answer says about its input.
func (l *Loaded) Scope() wire.Scope {
	s := wire.Scope{
		RootNamespace: l.Mesh.RootNamespace(), Files: l.Stats.Files, Documents: l.Stats.Documents,
		Objects: map[string]int{}, Skipped: l.Stats.Skipped, Defaulted: l.Stats.Defaulted,
		Problems: render.NewProblems(l.Problems), Base: l.Flags.base(), Istio: l.controlPlanes(),
	}
	for kind, n := range l.Stats.Objects {
		s.Objects[string(kind)] = n
	}
	if l.Environment != "" {
		s.Environments = []string{l.Environment}
	}
	if shown := l.Flags.ShownNamespace(); shown != "" {
		s.Namespaces = []string{shown}
	}
	if l.Cluster != nil {
		s.Cluster = wire.Cluster{Name: l.Cluster.Name, Gaps: render.NewGaps(l.Gaps()), Absent: l.Cluster.Absent, Defaults: l.Cluster.Defaults}
	}
	return s
}

// ShownWorkloads are those of the namespace that is shown, sorted.
func (l *Loaded) ShownWorkloads() []*inbound.Workload {
	return l.Workloads(func(w *inbound.Workload) bool { return l.Shows(w.Ref.Namespace) })
}

// Workloads are those that keep lets pass, sorted.
func (l *Loaded) Workloads(keep func(*inbound.Workload) bool) []*inbound.Workload {
	var kept []*inbound.Workload
	for _, w := range l.Mesh.Workloads() {
		if keep(w) {
			kept = append(kept, w)
		}
	}
	return kept
}
