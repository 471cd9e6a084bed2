package input

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/mtlsctl/mtlsctl/cmd/internal/console"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/shell"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// clustersAtOnce bounds the memory of reading many clusters: of each, the pages in
// flight come on top of what is kept.
const clustersAtOnce = 2

// several reads and resolves the clusters of --contexts side by side and joins
// them. One that cannot be read is a gap and costs only itself; when none can, the
// first error is the answer.
func (l *Loaded) several(ctx context.Context, s console.Streams) error {
	s.Bounds.Untimed()
	names := l.Flags.Cluster.Contexts
	inputs, errs := make([]*source.Input, len(names)), make([]error, len(names))
	ctx, cancel := context.WithTimeout(ctx, l.Flags.Cluster.Timeout)
	defer cancel()
	bar := newProgress(s, strings.Join(names, ", "))
	defer bar.end()
	var group errgroup.Group
	group.SetLimit(clustersAtOnce)
	for i, name := range names {
		group.Go(func() error {
			inputs[i], errs[i] = l.Flags.readContext(ctx, name, bar)
			return nil
		})
	}
	_ = group.Wait() // each has its own error
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	if !slices.ContainsFunc(inputs, func(in *source.Input) bool { return in != nil }) {
		return errs[0]
	}
	l.once(names, inputs)
	s.FollowUp.Narrow("contexts", "--context "+shell.Word(names[0]))
	l.join(names, inputs, errs)
	return nil
}

func (f *Flags) readContext(ctx context.Context, name string, bar *progress) (*source.Input, error) {
	o, err := f.Cluster.of(name)
	if err != nil {
		return nil, err
	}
	if f.Namespace != "" {
		o.Namespace = f.Namespace
	}
	o.Progress = bar.show
	in, err := cluster.Read(ctx, o)
	if err != nil || f.MeshConfig == "" {
		return in, err
	}
	in.MeshConfig, err = source.ReadMeshConfig(f.MeshConfig)
	return in, err
}

// once drops clusters that were read before by another context, and says so: services of two
// clusters would be twice the endpoints. The one of which more could be read stays.
func (l *Loaded) once(names []string, inputs []*source.Input) {
	for i, in := range inputs {
		for j := range i {
			if first := inputs[j]; in != nil && first != nil && sameCluster(in.Cluster, first.Cluster) {
				drop, keep := i, j
				if len(in.Cluster.Gaps) < len(first.Cluster.Gaps) {
					drop, keep = j, i
				}
				l.Notes = append(l.Notes, manifest.Note{
					Message: fmt.Sprintf("contexts %s and %s are the same cluster (%s), which is counted once, as %s", names[j], names[i], in.Cluster.Server, names[keep]),
				})
				inputs[drop] = nil
				l.same = append(l.same, names[drop])
				in = inputs[i]
			}
		}
	}
}

func sameCluster(a, b *manifest.Cluster) bool {
	if a.ID != "" && b.ID != "" {
		return a.ID == b.ID
	}
	return a.Server == b.Server
}

// join resolves each cluster and puts them together.
func (l *Loaded) join(names []string, inputs []*source.Input, errs []error) {
	l.Stats = source.Stats{Objects: map[resolve.Kind]int{}, Skipped: map[string]int{}}
	read := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(l.same, name) })
	l.Cluster = &manifest.Cluster{Name: strings.Join(read, ", ")}
	for i, in := range inputs {
		if in == nil && !slices.Contains(l.same, names[i]) {
			l.lost = append(l.lost, resolve.Gap{Cluster: names[i], Reason: reasonOf(errs[i])})
		}
	}
	var parts []*mesh.Mesh
	for i, in := range inputs {
		if in == nil {
			continue
		}
		parts = append(parts, l.part(names[i], in))
		inputs[i] = nil
	}
	l.Mesh = mesh.Join(parts...)
	l.Problems = append(l.Problems, l.Mesh.Problems()...)
	slices.SortStableFunc(l.Problems, resolve.Problem.Compare)
}

// part resolves one cluster.
func (l *Loaded) part(name string, in *source.Input) *mesh.Mesh {
	o := l.Flags.resolveOptions(in)
	o.Cluster, o.Editable = name, l.Editable
	for i := range o.Gaps {
		o.Gaps[i].Cluster = name
	}
	o.Gaps = append(o.Gaps, l.lost...)
	l.observe(name, in.Objects)
	for kind, n := range in.Stats.Objects {
		l.Stats.Objects[kind] += n
	}
	l.Problems = append(l.Problems, in.Problems...)
	if in.Cluster.Defaults != "" {
		l.Cluster.Defaults = strings.TrimPrefix(l.Cluster.Defaults+"; "+name+": "+in.Cluster.Defaults, "; ")
	}
	absent := map[string]bool{}
	for _, kind := range append(l.Cluster.Absent, in.Cluster.Absent...) {
		absent[kind] = true
	}
	l.Cluster.Absent = slices.Sorted(maps.Keys(absent))
	return mesh.Build(o, in.Objects)
}

// reasonOf is why a cluster could not be read, without its name.
func reasonOf(err error) string {
	var u *cluster.Unreachable
	if errors.As(err, &u) {
		return u.Reason
	}
	return err.Error()
}
