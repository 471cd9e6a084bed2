package amend

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
)

// document is one document of a stream: its text from its directives, comments or marker to
// the line before the next document.
type document struct {
	lines
	known *reading
	err   error
	// held are the objects of the document, nil until asked.
	held []object
}

// reading is what the parser makes of a document. top and tree are nil for one that holds
// nothing.
type reading struct {
	lines
	top  *piece
	tree any
	// leaves are the scalars and aliases, in the order of the text.
	leaves []*piece
}

func newDocument(b []byte) *document { return &document{lines: newLines(b)} }

// split takes a stream apart. A marker in the first column is one wherever it stands: no
// scalar can hold it.
func split(b []byte) []*document {
	l := newLines(b)
	var docs []*document
	from, filled := 0, false
	cut := func(to int) {
		switch {
		case filled || len(docs) == 0:
			docs = append(docs, newDocument(b[from:to:to]))
		default:
			last := docs[len(docs)-1]
			start := from - len(last.b)
			docs[len(docs)-1] = newDocument(b[start:to:to])
		}
		from, filled = to, false
	}
	for i := range l.count() {
		text := l.text(i)
		switch {
		case marks(text, "---"):
			if filled {
				cut(l.begin(i))
			}
			filled = true
		case marks(text, "..."):
			cut(l.begin(i + 1))
		case !l.isBlank(i) && !l.isComment(i) && text[0] != '%':
			filled = true
		}
	}
	if from < len(b) || len(docs) == 0 {
		cut(len(b))
	}
	return docs
}

// read parses the document, once. The reading is shared: nobody may change it.
func (d *document) read() (*reading, error) {
	if d.known == nil && d.err == nil {
		d.known, d.err = d.parsed()
	}
	return d.known, d.err
}

func (d *document) parsed() (*reading, error) {
	node, err := parse(d.b)
	if err != nil {
		return nil, err
	}
	r := &reading{lines: d.lines}
	if node == nil || node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null" {
		return r, nil
	}
	if r.tree, err = decoded(node); err != nil {
		return nil, err
	}
	r.top = &piece{node: node}
	if err := r.measure(r.top, -1); err != nil {
		return nil, err
	}
	return r, nil
}

// parse is the one document of a text. The parser panics on some odd input; that is an
// error like any other.
func parse(b []byte) (root *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			root, err = nil, fmt.Errorf("the parser failed: %v", r)
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(b))
	var doc, more yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one document")
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	return doc.Content[0], nil
}
