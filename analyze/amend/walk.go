package amend

import (
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/analyze"
)

// walk goes down a path of a document to what an edit changes.
type walk struct {
	text *Text
	doc  *document
	edit *analyze.Edit
	read *reading
	// at is the last piece that is there, rest what the path names below it, and parent the
	// key above it.
	at     *piece
	rest   []string
	parent string
}

// line is where the walk came to.
func (w *walk) line() int {
	if w.at == nil {
		return 0
	}
	return w.read.line(w.at.from)
}

// down goes as far as the text does. What other places share by an anchor is refused: to
// change it here would change it there.
func (w *walk) down(path []string) error {
	w.at, w.rest = w.read.top, path
	tree := w.read.tree
	for len(w.rest) > 0 {
		if w.at.node.Kind == yaml.AliasNode || w.isShared(w.at) {
			return w.shared()
		}
		next := below(w.at, w.rest[0])
		if next == nil && child(tree, w.rest[0]) != nil {
			return w.shared() // a merge key brings it
		}
		if next == nil {
			return nil
		}
		tree = child(tree, w.rest[0])
		w.at, w.parent, w.rest = next, w.rest[0], w.rest[1:]
	}
	return w.last()
}

// last looks at what the path leads to, all of it.
func (w *walk) last() error {
	switch {
	case w.edit.Verb == analyze.Append:
		if w.at.node.Kind == yaml.AliasNode || w.isShared(w.at) {
			return w.shared()
		}
	case w.edit.Verb == analyze.Rename: // what the key holds stays, whoever shares it
		if up := w.at.up; up.isMap() && (merges(up, w.parent) || w.isShared(up.key(w.at.number()))) {
			return w.shared()
		}
	case w.isHeldOutside(w.at):
		return w.shared()
	case w.edit.Verb == analyze.Remove && w.at.up.isMap() && merges(w.at.up, w.parent):
		return w.shared()
	}
	return nil
}

// below is the piece under a key or index, nil for none.
func below(p *piece, name string) *piece {
	if p.isList() {
		if i, err := strconv.Atoi(name); err == nil && i < len(p.kids) {
			return p.kids[i]
		}
		return nil
	}
	for i := range p.size() {
		if key := p.key(i).node; p.isMap() && key.Kind == yaml.ScalarNode && key.Value == name && !isMerge(key) {
			return p.value(i)
		}
	}
	return nil
}

// cuts are the changes of the text that carry out the edit.
func (w *walk) cuts() ([]cut, error) {
	c := carver{reading: w.read, doc: w.doc, parent: w.parent}
	value := w.edit.Value
	if len(w.rest) == 0 {
		switch w.edit.Verb {
		case analyze.Remove:
			return c.remove(w.at.up, w.at.number())
		case analyze.Rename:
			return c.rename(w.at.up, w.at.number(), fmt.Sprint(value))
		case analyze.Append:
			return c.add(w.at, value)
		default:
			return c.set(w.at, value)
		}
	}
	switch w.edit.Verb {
	case analyze.Rename: // the key is there in another way than as a text
		return nil, errOdd
	case analyze.Append:
		value = []any{value}
	}
	for i := len(w.rest) - 1; i > 0; i-- {
		value = map[string]any{w.rest[i]: value}
	}
	return c.put(w.at, w.rest[0], value)
}
