package amend

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze"
)

// drop deletes a document with the marker that it no longer needs.
func (t *Text) drop(o object, e *analyze.Edit) error {
	i := slices.Index(t.docs, o.doc)
	if t.dropBetween(i) {
		return nil
	}
	var text []byte
	text = append(text, t.mark...)
	for j, d := range t.docs {
		switch {
		case j == i && i == 0:
			text = append(text, d.preamble()...)
		case j == i:
		case j == 1 && i == 0 && !o.doc.hasMarker():
			text = append(text, d.withoutMarker()...)
		default:
			text = append(text, d.b...)
		}
	}
	if last := t.docs[len(t.docs)-1]; i == len(t.docs)-1 && !endsLine(last.b) {
		text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
	}
	want := t.contents(o.doc)
	return t.become(e, text, want)
}

// dropBetween deletes a document between two others that are apart without it: what goes
// before and after them stays as it is.
func (t *Text) dropBetween(i int) bool {
	if i == 0 || i == len(t.docs)-1 {
		return false
	}
	before, after := t.docs[i-1], t.docs[i+1]
	two := split(slices.Concat(before.b, after.b))
	if len(two) != 2 || !bytes.Equal(two[0].b, before.b) || !bytes.Equal(two[1].b, after.b) {
		return false
	}
	t.docs = slices.Delete(slices.Clone(t.docs), i, i+1)
	return true
}

// hasMarker is true for a document that begins with ---.
func (d *document) hasMarker() bool { return d.marker() >= 0 }

// marker is the line of the marker, or -1.
func (d *document) marker() int {
	for i := range d.count() {
		if marks(d.text(i), "---") {
			return i
		}
	}
	return -1
}

// preamble is what the first document of a file begins with and is about the whole file:
// the comments above its marker, or those that a blank line sets apart.
func (d *document) preamble() []byte {
	end := 0
	for i := range d.count() {
		switch {
		case marks(d.text(i), "---"):
			return d.b[:d.begin(i)]
		case bytes.HasPrefix(d.text(i), []byte("%")):
			return nil
		case d.isBlank(i):
			end = d.begin(i + 1)
		case !d.isComment(i):
			return d.b[:end]
		}
	}
	return d.b[:end]
}

// withoutMarker is a document as the first of its file. A marker that holds more than
// itself stays.
func (d *document) withoutMarker() []byte {
	if d.count() > 0 && bytes.Equal(bytes.TrimRight(d.text(0), " \t"), []byte("---")) {
		return d.b[d.begin(1):]
	}
	return d.b
}

// unread is the text of a document that cannot be read.
type unread string

// contents are what the documents of a text say, but for those that are left out: trees, and the
// text of what cannot be read.
func (t *Text) contents(without ...*document) []any {
	var out []any
	for _, d := range t.docs {
		if slices.Contains(without, d) {
			continue
		}
		read, err := d.read()
		switch {
		case err != nil:
			out = append(out, unread(bytes.TrimSpace(d.withoutMarker())))
		case read.tree != nil:
			out = append(out, read.tree)
		}
	}
	return out
}

// become takes a new text, if it says what it should.
func (t *Text) become(e *analyze.Edit, text []byte, want []any) error {
	fresh := New(t.file, text)
	t.lend(fresh)
	if !same(fresh.contents(), want) {
		return fmt.Errorf("%s: %s cannot be changed without rewriting the file", t.file, e.Object)
	}
	t.docs = fresh.docs
	return nil
}

// lend gives another text those documents that are the same in both: they are read once,
// and known to be unchanged.
func (t *Text) lend(other *Text) {
	own := map[string][]*document{}
	for _, d := range t.docs {
		own[string(d.b)] = append(own[string(d.b)], d)
	}
	for i, d := range other.docs {
		if alike := own[string(d.b)]; len(alike) > 0 {
			other.docs[i], own[string(d.b)] = alike[0], alike[1:]
		}
	}
}
