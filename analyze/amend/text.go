package amend

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Text is the text of one file, which edits change one after the other. Make one with New;
// the zero Text is an empty file without a name.
type Text struct {
	file string
	// mark is the byte order mark that the file begins with, or nothing.
	mark []byte
	docs []*document
	// was are the documents that the file had in the beginning.
	was []*document
	// garbled is true for a file that is not UTF-8.
	garbled bool
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// New takes the text of a file. The name is for errors only. Nothing is refused here: what
// cannot be read is said by Apply when an object is looked for in vain.
func New(file string, text []byte) *Text {
	t := &Text{file: file, garbled: !utf8.Valid(text)}
	if bytes.HasPrefix(text, byteOrderMark) {
		t.mark, text = byteOrderMark, text[len(byteOrderMark):]
	}
	t.docs = split(bytes.Clone(text))
	t.was = t.docs
	return t
}

// Clone is a text of its own, with the changes that were made so far.
func (t *Text) Clone() *Text {
	c := *t
	c.docs = slices.Clone(t.docs)
	return &c
}

// Bytes is the text as it is now.
func (t *Text) Bytes() []byte {
	out := bytes.Clone(t.mark)
	for _, d := range t.docs {
		out = append(out, d.b...)
	}
	return out
}

// Apply changes the object that the edit names, deletes it, or adds it at the end of the
// file. home is the namespace of the objects that say none. After an error the text is what
// it was before.
func (t *Text) Apply(e *analyze.Edit, home string) error {
	value, err := normal(e.Value)
	if err != nil {
		return fmt.Errorf("%s: %s: %w", t.file, e.Object, err)
	}
	if t.garbled {
		return fmt.Errorf("%s: the file is not UTF-8", t.file)
	}
	edit := *e
	edit.Value = value
	if e.Verb == analyze.Create {
		return t.create(&edit, home)
	}
	o, err := t.find(e.Object, home)
	if err != nil {
		return err
	}
	switch {
	case e.Field != "":
		return t.change(o, &edit)
	case e.Verb != analyze.Remove:
		return fmt.Errorf("%s: %s: an object is created or removed as a whole, and otherwise changed field by field", t.file, e.Object)
	case len(o.path) == 0:
		return t.drop(o, &edit)
	default:
		return t.alter(o.doc, &edit, o.path)
	}
}

// change carries out the edit of a field.
func (t *Text) change(o object, e *analyze.Edit) error {
	path := e.Field.Segments()
	if len(path) == 0 {
		return fmt.Errorf("%s: %s: %q is not a field", t.file, e.Object, e.Field)
	}
	if name, is := e.Value.(string); is && e.Verb == analyze.Rename {
		beside := o.spelled(append(slices.Clone(path[:len(path)-1]), name))
		e.Value = beside[len(beside)-1]
	}
	return t.alter(o.doc, e, o.spelled(path))
}

// alter changes what lies at a path of a document, and checks what came out of it.
func (t *Text) alter(d *document, e *analyze.Edit, path []string) error {
	old, err := d.read()
	if err != nil {
		return t.unreadable(d, err)
	}
	want := *e
	want.Field = resolve.Path(path...)
	tree, is := copied(old.tree).(map[string]any)
	if !is {
		return t.refuse(d, 0, "the document is not an object")
	}
	w := walk{text: t, doc: d, edit: e, read: old}
	if err := w.down(path); err != nil {
		return err
	}
	if err := want.Apply(tree); err != nil {
		return t.refuse(d, w.line(), "%s, %s: %s", e.Object, e.Field, lastWords(err))
	}
	if same(old.tree, tree) {
		return nil
	}
	cuts, err := w.cuts()
	if err != nil {
		return t.refuse(d, w.line(), "%s, %s: %v", e.Object, e.Field, err)
	}
	fresh := newDocument(spliced(d.b, cuts))
	if !stands(d, fresh, tree) {
		return t.refuse(d, w.line(), "%s, %s cannot be changed without rewriting the file", e.Object, e.Field)
	}
	t.replace(d, fresh)
	return nil
}

// replace puts a document in the place of another.
func (t *Text) replace(old, fresh *document) {
	t.docs = slices.Clone(t.docs) // those of the beginning stay
	for i, d := range t.docs {
		if d == old {
			t.docs[i] = fresh
		}
	}
}
