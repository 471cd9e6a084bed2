package cluster

import (
	"context"
	"errors"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// reader reads one cluster.
type reader struct {
	o      Options
	api    *api
	serves serves

	mu      sync.Mutex
	cluster manifest.Cluster

	// names are the namespaces that a list can be tried in, found once.
	naming   sync.Once
	names    []string
	allNames bool
}

// readers at a time: enough to keep two cores busy, few enough for any API server.
const parallelLists = 8

// Read reads everything that an answer depends on from an API server. It
// fails when the server cannot be reached or refuses the user altogether, or when
// ctx ends; a kind that cannot be read is a Gap of the Input's Cluster.
func Read(ctx context.Context, o Options) (*source.Input, error) {
	if o.ChunkSize <= 0 {
		o.ChunkSize = 500
	}
	a, err := newAPI(o.Config, o.MaxAnswer)
	if err != nil {
		return nil, unreachable(ctx, o, err)
	}
	r := &reader{o: o, api: a, cluster: manifest.Cluster{Name: o.Context, Namespace: o.Namespace}}
	if err := r.discover(ctx); err != nil {
		return nil, unreachable(ctx, o, err)
	}
	batches, err := r.lists(ctx)
	if err != nil {
		return nil, unreachable(ctx, o, err)
	}
	b, err := r.controlPlanes(ctx, batches)
	if err != nil {
		return nil, unreachable(ctx, o, err)
	}
	in := r.input(append(batches, b))
	if !o.Full {
		keepNamed(in.Objects)
	}
	return in, nil
}

// input is what the batches came to, with what could not be read of the cluster.
func (r *reader) input(batches []*manifest.Batch) *source.Input {
	in := source.Gather(batches)
	r.cluster.Server, r.cluster.ID = r.o.Config.Host, identityOf(in)
	in.Problems = append(in.Problems, manifest.Younger(in.Objects)...)
	in.Sort()
	in.Stats.Skipped = map[string]int{} // nothing was passed over: only what counts was asked for
	slices.SortFunc(r.cluster.Gaps, resolve.Gap.Compare)
	slices.Sort(r.cluster.Absent)
	in.Cluster = &r.cluster
	return in
}

// identityOf takes the cluster's identity out of the objects.
func identityOf(in *source.Input) (id string) {
	for _, o := range in.Objects {
		if n, ok := o.Value.(*corev1.Namespace); ok && n.UID != "" {
			id, n.UID = string(n.UID), ""
		}
	}
	return id
}

// lists reads all kinds side by side. What cannot be read becomes a gap.
func (r *reader) lists(ctx context.Context) ([]*manifest.Batch, error) {
	results := make([][]*manifest.Batch, len(kindsListed))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallelLists)
	for i, l := range kindsListed {
		group.Go(func() error {
			return manifest.Guarded(func() (err error) {
				results[i], err = r.kind(ctx, l)
				return err
			})
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if len(slices.Concat(results...)) == 0 && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil, ctx.Err()
	}
	return slices.Concat(results...), nil
}

// kind reads one kind: at once, or where that is forbidden namespace by namespace.
// It fails only when nothing more can be read at all: what --timeout ended is a gap, and
// the lists that were whole by then are answered.
func (r *reader) kind(ctx context.Context, l listed) ([]*manifest.Batch, error) {
	if r.serves.without(l) {
		r.lacks(l)
		return nil, nil
	}
	b, err := r.list(ctx, l, "")
	switch {
	case err == nil:
		return []*manifest.Batch{b}, nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		r.lacksSome(l.gap(ctx, err))
		return nil, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case apierrors.IsUnauthorized(err):
		return nil, err
	case apierrors.IsNotFound(err) && !r.serves.has(l):
		r.lacks(l)
		return nil, nil
	case apierrors.IsForbidden(err) && !l.cluster:
		return r.byNamespace(ctx, l)
	}
	r.lacksSome(l.gap(ctx, err))
	return nil, nil
}

// lacks says that the cluster does not serve a kind. Where it serves none of another
// project's nobody misses it, unless the server did not say so itself.
func (r *reader) lacks(l listed) {
	if l.optional && r.serves.known(l.group) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cluster.Absent = append(r.cluster.Absent, l.name())
}

func (r *reader) lacksSome(g resolve.Gap) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cluster.Gaps = append(r.cluster.Gaps, g)
}

func (r *reader) progress(p Progress) {
	if r.o.Progress != nil {
		r.o.Progress(p)
	}
}
