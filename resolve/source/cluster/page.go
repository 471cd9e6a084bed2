package cluster

import (
	"context"
	"encoding/json"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// list reads one kind, of all namespaces or of one, in the first of the versions that the
// server may serve which it does serve.
func (r *reader) list(ctx context.Context, l listed, namespace string) (b *manifest.Batch, err error) {
	for _, version := range r.serves.versions(l) {
		b, err = r.listOf(ctx, l, version, namespace)
		if !apierrors.IsNotFound(err) {
			break
		}
	}
	return b, err
}

// listOf reads a list page by page. It is all there or an error: a list that broke off is
// no answer.
func (r *reader) listOf(ctx context.Context, l listed, version, namespace string) (*manifest.Batch, error) {
	for again := 0; ; again++ {
		b, err := r.pages(ctx, l, l.path(version, namespace), again > 1)
		// The token of a page expires after some minutes (410): what was read is of
		// another time than the rest would be, so the list begins again, and the third
		// time without pages.
		if err == nil || !apierrors.IsResourceExpired(err) && !apierrors.IsGone(err) || again > 1 {
			return b, err
		}
	}
}

func (r *reader) pages(ctx context.Context, l listed, path string, whole bool) (*manifest.Batch, error) {
	b := &manifest.Batch{Holds: r.o.Merge}
	from, seen := "", map[string]bool{"": true}
	for n := 1; ; n++ {
		accept := asJSON
		if l.list != nil {
			accept = asProtobuf
		}
		body, err := r.api.get(ctx, path, accept, r.o.pageParams(from, whole))
		if err != nil {
			return nil, err
		}
		if from, err = r.page(l, body, b); err != nil {
			return nil, fmt.Errorf("read the list of %s: %w", l.name(), err)
		}
		if from != "" && seen[from] {
			return nil, errSamePage
		}
		seen[from] = true
		r.progress(Progress{Kind: l.kind, Objects: len(b.Objects), Pages: n, Done: from == ""})
		if from == "" {
			return b, nil
		}
	}
}

// page reads one page into b and returns the token of the next, "" at the end.
func (r *reader) page(l listed, body []byte, b *manifest.Batch) (next string, err error) {
	if l.list == nil {
		return customPage(l, body, b, r.o.Keep)
	}
	page := l.list()
	got, _, err := r.api.decoder.Decode(body, nil, page)
	if err != nil {
		return "", err
	}
	if err := wantPage(got, page, l.listKind()); err != nil {
		return "", err
	}
	l.take(page, r.o.Full, func(o resolve.Object) { b.Objects = append(b.Objects, o) })
	m, err := meta.ListAccessor(page)
	if err != nil {
		return "", err
	}
	return m.GetContinue(), nil
}

// customPage reads a page of custom resources.
func customPage(l listed, body []byte, b *manifest.Batch, keep bool) (next string, err error) {
	var page struct {
		APIVersion, Kind string
		Metadata         struct{ Continue string }
		Items            []json.RawMessage
	}
	if err := wantKind(body, l.listKind()); err != nil {
		return "", err
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return "", err
	}
	of := manifest.Head{APIVersion: page.APIVersion, Kind: page.Kind}.OfItems()
	for _, item := range page.Items {
		s, err := manifest.ParseSent(item)
		if err != nil {
			return "", err
		}
		if err := l.wantItem(s.Head); err != nil {
			return "", err
		}
		before := len(b.Objects) + len(b.Problems) + len(b.Marks)
		b.Take(s, of)
		if keep && len(b.Objects)+len(b.Problems)+len(b.Marks) > before { // what is nothing here is nothing again
			b.Kept = append(b.Kept, manifest.KeptItem{Head: of, JSON: item})
		}
	}
	return page.Metadata.Continue, nil
}
