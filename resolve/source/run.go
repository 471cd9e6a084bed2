package source

import (
	"bytes"
	"context"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// readAll reads documents that follow each other in one text. Setting up a
// parser costs as much as parsing a small document, so neighbours share one.
func (b *batch) readAll(ctx context.Context, docs []document) error {
	var run []document
	for _, d := range docs {
		how, h := d.look()
		if len(run) > 0 && (how != together || !d.continues(run[len(run)-1])) {
			b.readRun(run)
			run = run[:0]
		}
		if how == together {
			run = append(run, d)
			continue
		}
		b.readOne(d, how, h)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	b.readRun(run)
	return ctx.Err()
}

// continues reports whether d begins where before ends, with a marker. Both are
// slices of one text, so what is behind them tells.
func (d document) continues(before document) bool {
	return cap(before.data)-len(before.data) == cap(d.data) && bytes.HasPrefix(d.data, []byte("---"))
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
		b.documents++
		b.pass(h, resolve.Position{File: d.file, Line: d.line})
	default:
		b.documents++
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
			top, ok := s.next(d)
			if !ok {
				break
			}
			b.documents++
			b.top(s.placed(d), top)
			read++
		}
		docs = docs[read:]
		if len(docs) > 0 {
			b.readOne(docs[0], alone, head{})
			docs = docs[1:]
		}
	}
}

// stream parses neighbouring documents of one text with one parser.
type stream struct {
	decoder *yaml.Decoder
	above   int // lines of the text above the stream
}

func newStream(docs []document) *stream {
	size := 0
	for _, d := range docs {
		size += len(d.data)
	}
	// They are neighbours in one text, so the first one's bytes go on to the last.
	return &stream{yaml.NewDecoder(bytes.NewReader(docs[0].data[:size])), docs[0].above}
}

// next parses d, the next document of the stream. ok is false when the parser
// gives up or has come out of step.
func (s *stream) next(d document) (top *yaml.Node, ok bool) {
	var n yaml.Node
	if err := guarded(func() error { return s.decoder.Decode(&n) }); err != nil || len(n.Content) != 1 {
		return nil, false
	}
	line := s.above + n.Content[0].Line
	return n.Content[0], line > d.above && line <= d.above+bytes.Count(d.data, newline)+1
}

// placed is d with the line numbers of the stream.
func (s *stream) placed(d document) document {
	d.above = s.above
	return d
}

// guarded turns a panic into an error: the parser is a port from C, and a slip in
// it must cost one document.
func guarded(parse func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return parse()
}
