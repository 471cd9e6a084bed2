package source

import (
	"bytes"
	"context"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/plain"
)

// readAll reads documents that follow each other in one text. Nearly all are plain
// and parsed for little. Setting up the parser of the others costs as much as
// parsing a small document, so neighbours share one.
func (b *batch) readAll(ctx context.Context, docs []document) error {
	b.objects = slices.Grow(b.objects, len(docs))
	var run []document
	var p plain.Parser
	for _, d := range docs {
		how, h := d.look()
		var top *yaml.Node
		if how == together {
			if top, _ = p.Parse(d.yaml()); top == nil {
				run = append(run, d)
				continue
			}
		}
		b.readRun(run)
		run = run[:0]
		if top != nil {
			b.count(d)
			b.top(d, top)
		} else {
			b.readOne(d, how, h)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	b.readRun(run)
	return ctx.Err()
}

// fate is what a first look at a document's bytes says about it.
type fate int

const (
	empty    fate = iota
	unread        // of a kind that nobody reads
	alone         // to be parsed by itself
	together      // may be parsed in one stream with its neighbours
)

// look decides a document's fate without parsing it. Anchors would be seen by
// the next documents of a stream, so a document that may have any stands alone.
func (d document) look() (fate, head) {
	if d.blank() {
		return empty, head{}
	}
	h, ok := d.peek()
	switch {
	case ok && !worthParsing(d, h):
		return unread, h
	case !ok || d.json || bytes.IndexByte(d.data, '&') >= 0:
		return alone, h
	}
	return together, h
}

func (b *batch) readOne(d document, how fate, h head) {
	switch how {
	case empty:
	case unread:
		b.count(d)
		b.pass(h, resolve.Position{File: d.file, Line: d.line})
	default:
		b.count(d)
		b.readAlone(d)
	}
}

// readRun reads neighbouring documents, all of fate together. One that fails
// ends the stream and is read again by itself, for its error or for its good.
func (b *batch) readRun(docs []document) {
	for len(docs) > 0 {
		s := newStream(docs)
		read := 0
		for _, d := range docs {
			placed, top, ok := s.next(d)
			if !ok {
				break
			}
			b.count(d)
			b.top(placed, top)
			read++
		}
		docs = docs[read:]
		if len(docs) > 0 {
			b.readOne(docs[0], alone, head{})
			docs = docs[1:]
		}
	}
}

// count counts the document; the items of a list are one document together.
func (b *batch) count(d document) {
	if d.item == nil || d.item.first {
		b.documents++
	}
}
