package amend

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
)

// create adds an object as a document at the end of the file.
func (t *Text) create(e *analyze.Edit, home string) error {
	m, is := e.Value.(map[string]any)
	o := object{tree: m, kind: word(m["kind"], ""), apiVersion: word(m["apiVersion"], "")}
	if !is || !o.is(e.Object, home) {
		return fmt.Errorf("%s: %s: what is to be created is another object", t.file, e.Object)
	}
	if _, err := t.find(e.Object, home); err == nil {
		return fmt.Errorf("%s: %s is there already", t.file, e.Object)
	}
	if err := t.takesDocuments(); err != nil {
		return fmt.Errorf("%s: %s: %w", t.file, e.Object, err)
	}
	text, nl := t.Bytes(), t.newline()
	open := len(text) > len(t.mark) && !endsLine(text)
	if open {
		text = append(text, nl...)
	}
	if !t.expectsDocument() {
		text = append(append(text, "---"...), nl...)
	}
	text = append(text, strings.Join(t.layout().block(m, 0, ""), nl)...)
	if !open {
		text = append(text, nl...)
	}
	return t.become(e, text, append(t.contents(), m))
}

// takesDocuments is an error for a file that cannot have one more.
func (t *Text) takesDocuments() error {
	if len(t.docs) != 1 {
		return nil
	}
	read, err := t.docs[0].read()
	if err != nil || read.top == nil {
		return nil
	}
	m, _ := read.tree.(map[string]any)
	switch {
	case strings.HasSuffix(word(m["kind"], ""), "List") && m["items"] != nil:
		return fmt.Errorf("the file is one %s: add it to the items by hand", m["kind"])
	case read.top.isFlow():
		return fmt.Errorf("the file is one JSON object: a second one has no place in it")
	}
	return nil
}

// expectsDocument is true where the file ends with a document that holds nothing yet.
func (t *Text) expectsDocument() bool {
	d := t.docs[len(t.docs)-1]
	read, err := d.read()
	if err != nil || read.top != nil {
		return false
	}
	for i := range d.count() {
		isOpen := marks(d.text(i), "---") && len(bytes.TrimRight(d.text(i), " \t")) == 3
		if !isOpen && !d.isBlank(i) && !d.isComment(i) {
			return false
		}
	}
	return true
}

// newline is the line break that the file uses.
func (t *Text) newline() string {
	l := newLines(t.Bytes())
	return l.newline()
}

// layout is how the last object of the file is indented.
func (t *Text) layout() layout {
	for i := len(t.docs) - 1; i >= 0; i-- {
		if read, err := t.docs[i].read(); err == nil && read.top != nil {
			c := carver{reading: read, doc: t.docs[i]}
			return c.layout(read.top)
		}
	}
	return layout{step: 2}
}
