package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/mtlsctl/mtlsctl/resolve/source/manifest"
)

// batchBytes is how much text one goroutine takes at a time: small enough that
// one large file keeps all of them busy.
const batchBytes = 256 << 10

// readTexts reads all texts with o.Workers goroutines. Each batch has its own
// place in the result, so that who finishes first does not matter.
func readTexts(ctx context.Context, o Options, texts []text) ([]*manifest.Batch, error) {
	results := make([][]*manifest.Batch, len(texts))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(o.Workers)
	for i, t := range texts {
		if gctx.Err() != nil {
			break
		}
		g.Go(func() error {
			var err error
			results[i], err = t.batches(gctx, g, o)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(results...), ctx.Err()
}

func (o Options) batch(t text) *manifest.Batch {
	b := &manifest.Batch{Namespace: cmp.Or(t.namespace, o.Namespace), Placed: t.placed, Holds: o.Merge, There: o.There, Applied: o.Applied}
	if o.Onto != nil {
		b.Base = o.Onto.held
	}
	return b
}

// batches opens a text and reads its documents, the later ones on another
// goroutine if one is free.
func (t text) batches(ctx context.Context, g *errgroup.Group, o Options) ([]*manifest.Batch, error) {
	first := o.batch(t)
	first.Files = 1
	data, err := t.open()
	var partial *partialError
	if errors.As(err, &partial) {
		first.Problems, err = append(first.Problems, partial.lacks...), nil
	}
	if err != nil {
		return []*manifest.Batch{first}, t.failed(first, err)
	}
	first.Size = int64(len(data))
	if o.Opened != nil {
		o.Opened(len(data))
	}
	batches := []*manifest.Batch{first}
	if t.patch {
		first.Patches(manifest.Split(t.name, data))
		return batches, nil
	}
	docs := manifest.SplitRendered(t.name, data, t.origins)
	head, isSnapshot := manifest.HeadOfSnapshot(docs)
	switch {
	case !isSnapshot:
	case !t.named || t.built:
		first.AmongOthers(head)
		return batches, nil
	default:
		if err := manifest.CheckSnapshot(t.name, data, head); err != nil {
			return nil, err
		}
	}
	for _, docs := range portions(docs) {
		b := o.batch(t)
		if isSnapshot {
			b.Head = head.Line
		}
		batches = append(batches, b)
		work := func() error { return b.ReadAll(ctx, docs) }
		if g.TryGo(work) {
			continue
		}
		if err := work(); err != nil {
			return nil, err
		}
	}
	return batches, nil
}

func (t text) failed(b *manifest.Batch, err error) error {
	var k *kustomizeError
	switch {
	case errors.As(err, &k):
		b.Problems = append(b.Problems, k.problem())
	case t.named:
		return fmt.Errorf("read %s: %w", t.name, reason(err))
	default:
		b.Problems = append(b.Problems, unreadable(t.name, err))
	}
	return nil
}

// portions cuts the documents into runs of about batchBytes.
func portions(docs []manifest.Document) [][]manifest.Document {
	var all [][]manifest.Document
	start, size := 0, 0
	for i, d := range docs {
		if size += len(d.Data); size >= batchBytes {
			all = append(all, docs[start:i+1])
			start, size = i+1, 0
		}
	}
	if start < len(docs) {
		all = append(all, docs[start:])
	}
	return all
}
