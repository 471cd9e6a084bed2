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
	top, err := l.doc.parse()
	if err != nil || top == nil {
		return
	}
	l.index = map[resolve.Field]int{}
	b := &lineIndex{doc: l.doc, index: l.index}
	b.add(descend(top, l.way), "", 0)
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

// lineIndex is the index while it is being built.
type lineIndex struct {
	doc     document
	index   map[resolve.Field]int
	aliased int
}

func (b *lineIndex) add(n *yaml.Node, at resolve.Field, depth int) {
	if n != nil && n.Kind == yaml.AliasNode {
		b.aliased++
	}
	if n = follow(n); n == nil || depth > maxDepth || b.aliased > maxAliased/100 {
		return
	}
	switch n.Kind {
	case yaml.SequenceNode:
		for i, c := range n.Content {
			b.index[at.Index(i)] = b.doc.lineOf(c)
			b.add(c, at.Index(i), depth+1)
		}
	case yaml.MappingNode:
		b.mapping(n, at, depth)
	}
}

// mapping takes merged keys first, so that the mapping's own overwrite them.
func (b *lineIndex) mapping(n *yaml.Node, at resolve.Field, depth int) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if isMerge(n.Content[i]) {
			b.aliased++
			for _, m := range slices.Backward(mergedMaps(n.Content[i+1])) {
				b.add(m, at, depth+1)
			}
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i]; key.Kind == yaml.ScalarNode && !isMerge(key) {
			field := at.Child(key.Value)
			b.index[field] = b.doc.lineOf(key)
			b.add(n.Content[i+1], field, depth+1)
		}
	}
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
