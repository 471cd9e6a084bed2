package source

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"
)

// batchBytes is how much text one goroutine takes at a time: small enough that
// one large file keeps all of them busy.
const batchBytes = 256 << 10

// readTexts reads all texts with o.Workers goroutines. Each batch has its own
// place in the result, so that who finishes first does not matter.
func readTexts(ctx context.Context, o Options, texts []text) ([]*batch, error) {
	results := make([][]*batch, len(texts))
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

func (o Options) batch() *batch {
	b := &batch{namespace: o.Namespace, holds: o.Merge, there: o.There, applied: o.Applied}
	if o.Onto != nil {
		b.base = o.Onto.held
	}
	return b
}

// batches opens a text and reads its documents, the later ones on another
// goroutine if one is free.
func (t text) batches(ctx context.Context, g *errgroup.Group, o Options) ([]*batch, error) {
	first := o.batch()
	first.files = 1
	data, err := t.open()
	if err != nil {
		return []*batch{first}, t.failed(first, err)
	}
	first.size = int64(len(data))
	if o.Opened != nil {
		o.Opened(len(data))
	}
	batches := []*batch{first}
	if t.patch {
		first.patches(split(t.name, data))
		return batches, nil
	}
	docs := split(t.name, data)
	head, isSnapshot := headOfSnapshot(docs)
	switch {
	case !isSnapshot:
	case !t.named || t.built:
		first.amongOthers(head)
		return batches, nil
	default:
		if err := checkSnapshot(t.name, data, head); err != nil {
			return nil, err
		}
	}
	for _, docs := range portions(docs) {
		b := o.batch()
		if isSnapshot {
			b.head = head.line
		}
		batches = append(batches, b)
		work := func() error { return b.readAll(ctx, docs) }
		if g.TryGo(work) {
			continue
		}
		if err := work(); err != nil {
			return nil, err
		}
	}
	return batches, nil
}

func (t text) failed(b *batch, err error) error {
	var k *kustomizeError
	switch {
	case errors.As(err, &k):
		b.problems = append(b.problems, k.problem())
	case t.named:
		return fmt.Errorf("read %s: %w", t.name, reason(err))
	default:
		b.problems = append(b.problems, unreadable(t.name, err))
	}
	return nil
}

// portions cuts the documents into runs of about batchBytes.
func portions(docs []document) [][]document {
	var all [][]document
	start, size := 0, 0
	for i, d := range docs {
		if size += len(d.data); size >= batchBytes {
			all = append(all, docs[start:i+1])
			start, size = i+1, 0
		}
	}
	if start < len(docs) {
		all = append(all, docs[start:])
	}
	return all
}
