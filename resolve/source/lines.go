package source

import (
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// newLines is for the object at way in doc.
func newLines(doc document, way path) *lines {
	doc.above = doc.line - 1 // by itself, whatever it was parsed with
	return &lines{doc: doc, way: way}
}

// path is the way from the top of a document to an object in it: empty for the
// object that is the document, "items", "3" for one of a list.
type path []string

func (p path) clone() path { return slices.Clone(p) }

// lines finds the lines of an object's fields. Few objects are ever asked, so
// the document's bytes are kept and parsed again on the first question.
type lines struct {
	doc   document
	way   path
	once  sync.Once
	index map[resolve.Field]int
}

// Line implements resolve.Lines.
func (l *lines) Line(f resolve.Field) int {
	l.once.Do(l.build)
	return l.index[f]
}

func (l *lines) build() {
	top := l.doc.tree.top(l.doc)
	if top == nil {
		return
	}
	l.index = map[resolve.Field]int{}
	b := &lineIndex{doc: l.doc, index: l.index}
	b.add(descend(top, l.way), "", 0)
}

// tree is the parsed document that several objects of it share.
type tree struct {
	once   sync.Once
	parsed *yaml.Node
}

// top parses d, only once if it has a tree; nil when it cannot be parsed.
func (t *tree) top(d document) *yaml.Node {
	if t == nil {
		top, _ := d.parse()
		return top
	}
	t.once.Do(func() { t.parsed, _ = d.parse() })
	return t.parsed
}

// descend follows a path of keys and list positions.
func descend(n *yaml.Node, way path) *yaml.Node {
	for _, key := range way {
		n = follow(n)
		if n != nil && n.Kind == yaml.SequenceNode {
			n = element(n, key)
		} else {
			n = child(n, key)
		}
	}
	return n
}

// layered asks several indexes in turn.
type layered []*lines

// Line implements resolve.Lines.
func (l layered) Line(f resolve.Field) int {
	for _, one := range l {
		if line := one.Line(f); line > 0 {
			return line
		}
	}
	return 0
}
