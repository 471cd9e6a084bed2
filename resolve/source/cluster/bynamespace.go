package cluster

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// byNamespace reads a kind in each namespace of which the user may know, where
// reading it everywhere is forbidden. Namespaces that are forbidden too become a
// gap; when none is left, the gap is everywhere.
func (r *reader) byNamespace(ctx context.Context, l listed) ([]*manifest.Batch, error) {
	namespaces, all := r.namespaces(ctx)
	batches := make([]*manifest.Batch, len(namespaces))
	errs := make([]error, len(namespaces))
	var group errgroup.Group
	group.SetLimit(parallelLists)
	for i, ns := range namespaces {
		group.Go(func() error {
			errs[i] = manifest.Guarded(func() (err error) {
				batches[i], err = r.list(ctx, l, ns)
				return err
			})
			return nil
		})
	}
	_ = group.Wait() // each has its own error
	if errors.Is(ctx.Err(), context.Canceled) {
		return nil, ctx.Err()
	}
	var read []*manifest.Batch
	g := l.gap(ctx, apierrors.NewForbidden(l.groupResource(), "", nil))
	for i, ns := range namespaces {
		if errs[i] == nil {
			read, g.Except = append(read, batches[i]), append(g.Except, ns)
		} else {
			g.Namespaces, g.Reason = append(g.Namespaces, ns), gapReason(ctx, errs[i])
		}
	}
	switch {
	case all && len(g.Namespaces) == 0 && len(read) > 0:
		return read, nil
	case !all || len(read) == 0: // there may be more namespaces than the user can see
		g.Namespaces = nil
	default:
		g.Except = nil
	}
	r.lacksSome(g)
	return read, nil
}

// namespaces are those that a list can be tried in: all of them where the user may
// list namespaces, else the user's own and Istio's.
func (r *reader) namespaces(ctx context.Context) (names []string, all bool) {
	r.naming.Do(func() { r.names, r.allNames = r.listNamespaces(ctx) })
	return r.names, r.allNames
}

func (r *reader) listNamespaces(ctx context.Context) (names []string, all bool) {
	body, err := r.api.get(ctx, "/api/v1/namespaces", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", nil)
	var list metav1.PartialObjectMetadataList
	if err == nil && wantKind(body, "PartialObjectMetadataList", "NamespaceList") == nil && json.Unmarshal(body, &list) == nil {
		for _, n := range list.Items {
			names = append(names, n.Name)
		}
		return names, true
	}
	for _, ns := range []string{r.o.Namespace, cmp.Or(r.o.IstioNamespace, resolve.DefaultRootNamespace)} {
		if ns != "" && !slices.Contains(names, ns) {
			names = append(names, ns)
		}
	}
	return names, false
}
