package source

import (
	"context"
	"encoding/json"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// list reads one kind, of all namespaces or of one, in the first of the versions that the
// server may serve which it does serve.
func (r *clusterReader) list(ctx context.Context, l listed, namespace string) (b *batch, err error) {
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
func (r *clusterReader) listOf(ctx context.Context, l listed, version, namespace string) (*batch, error) {
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

func (r *clusterReader) pages(ctx context.Context, l listed, path string, whole bool) (*batch, error) {
	b := &batch{holds: r.o.Merge}
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
		r.progress(Progress{Kind: l.kind, Objects: len(b.objects), Pages: n, Done: from == ""})
		if from == "" {
			return b, nil
		}
	}
}

// page reads one page into b and returns the token of the next, "" at the end.
func (r *clusterReader) page(l listed, body []byte, b *batch) (next string, err error) {
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
	l.take(page, r.o.Full, func(o resolve.Object) { b.objects = append(b.objects, o) })
	m, err := meta.ListAccessor(page)
	if err != nil {
		return "", err
	}
	return m.GetContinue(), nil
}

// customPage reads a page of custom resources through the decoders that files go
// through, so that both mean the same.
func customPage(l listed, body []byte, b *batch, keep bool) (next string, err error) {
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
	of := head{page.APIVersion, page.Kind}.ofItems()
	for _, item := range page.Items {
		n, err := jsonNode(item)
		if err != nil {
			return "", err
		}
		if err := l.wantItem(headOf(n)); err != nil {
			return "", err
		}
		before := len(b.objects) + len(b.problems) + len(b.marks)
		b.node(document{json: true}, n, nil, of)
		if keep && len(b.objects)+len(b.problems)+len(b.marks) > before { // what is nothing here is nothing again
			b.kept = append(b.kept, keptItem{of, item})
		}
	}
	return page.Metadata.Continue, nil
}
