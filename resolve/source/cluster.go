package source

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// clusterReader reads one cluster.
type clusterReader struct {
	o   ClusterOptions
	api *api
	// served are the versions of each API group that the cluster has, nil when it
	// would not say.
	served map[string][]string

	mu      sync.Mutex
	cluster Cluster

	// names are the namespaces that a list can be tried in, found once.
	naming   sync.Once
	names    []string
	allNames bool
}

// readers at a time: enough to keep two cores busy, few enough for any API server.
const parallelLists = 8

// ReadCluster reads everything that an answer depends on from an API server. It
// fails when the server cannot be reached or refuses the user altogether, or when
// ctx ends; a kind that cannot be read is a Gap of the Input's Cluster.
func ReadCluster(ctx context.Context, o ClusterOptions) (*Input, error) {
	if o.ChunkSize <= 0 {
		o.ChunkSize = 500
	}
	a, err := newAPI(o.Config)
	if err != nil {
		return nil, clusterError(ctx, o, err)
	}
	r := &clusterReader{o: o, api: a, cluster: Cluster{Name: o.Context, Namespace: o.Namespace}}
	if err := r.discover(ctx); err != nil {
		return nil, clusterError(ctx, o, err)
	}
	batches, err := r.lists(ctx)
	if err != nil {
		return nil, clusterError(ctx, o, err)
	}
	b, err := r.controlPlanes(ctx, batches)
	if err != nil {
		return nil, clusterError(ctx, o, err)
	}
	in := gather(append(batches, b))
	if !o.Full {
		in.keepNamed()
	}
	in.sort()
	in.Stats.Skipped = map[string]int{} // nothing was passed over: only what counts was asked for
	slices.SortFunc(r.cluster.Gaps, resolve.Gap.Compare)
	slices.Sort(r.cluster.Absent)
	in.Cluster = &r.cluster
	return in, nil
}

// discover asks which API groups there are. It is the first word with the server:
// when it fails, nothing else would do.
func (r *clusterReader) discover(ctx context.Context) error {
	body, err := r.api.get(ctx, "/apis", asJSON, nil)
	switch {
	case apierrors.IsForbidden(err):
		return nil // then the lists will tell
	case err != nil:
		return err
	}
	var list metav1.APIGroupList
	if err := json.Unmarshal(body, &list); err != nil {
		return err
	}
	r.served = map[string][]string{"": v1}
	for _, g := range list.Groups {
		for _, v := range g.Versions {
			r.served[g.Name] = append(r.served[g.Name], v.Version)
		}
	}
	return nil
}

// version is the one in which a kind is asked for: the best that both sides know.
func (r *clusterReader) version(l listed) string {
	for _, v := range l.versions {
		if slices.Contains(r.served[l.group], v) {
			return v
		}
	}
	return l.versions[0]
}

// absent reports a kind whose API group the cluster does not have.
func (r *clusterReader) absent(l listed) bool {
	return r.served != nil && len(r.served[l.group]) == 0
}

// lists reads all kinds side by side. What cannot be read becomes a gap.
func (r *clusterReader) lists(ctx context.Context) ([]*batch, error) {
	results := make([][]*batch, len(kindsListed))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallelLists)
	for i, l := range kindsListed {
		group.Go(func() (err error) {
			results[i], err = r.kind(ctx, l)
			return err
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
func (r *clusterReader) kind(ctx context.Context, l listed) ([]*batch, error) {
	if r.absent(l) {
		r.lacks(l)
		return nil, nil
	}
	b, err := r.list(ctx, l, "")
	switch {
	case err == nil:
		return []*batch{b}, nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		r.lacksSome(l.gap(ctx, err))
		return nil, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case apierrors.IsUnauthorized(err):
		return nil, err
	case apierrors.IsNotFound(err):
		r.lacks(l)
		return nil, nil
	case apierrors.IsForbidden(err) && !l.cluster:
		return r.byNamespace(ctx, l)
	}
	r.lacksSome(l.gap(ctx, err))
	return nil, nil
}

func (r *clusterReader) lacks(l listed) {
	if l.optional {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cluster.Absent = append(r.cluster.Absent, l.name())
}

func (r *clusterReader) lacksSome(g resolve.Gap) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cluster.Gaps = append(r.cluster.Gaps, g)
}

func (r *clusterReader) progress(p Progress) {
	if r.o.Progress != nil {
		r.o.Progress(p)
	}
}
