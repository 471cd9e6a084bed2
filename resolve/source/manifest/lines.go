package manifest

import (
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/plain"
)

// newLines is for the object at way in doc.
func newLines(doc Document, way path) *lines {
	doc.above = doc.Line - 1 // by itself, whatever it was parsed with
	if doc.tree == nil && len(doc.Data) > longDocument {
		doc.tree = &tree{}
	}
	return &lines{doc, way}
}

// longDocument is the size from which a document's tree is kept once it was asked for.
const longDocument = 64 << 10

// path is the way from the top of a document to an object in it: empty for the
// object that is the document, "items", "3" for one of a list.
type path []string

func (p path) clone() path { return slices.Clone(p) }

// lines finds the lines of an object's fields. Few objects are ever asked, and those
// for one or two fields, so the document's bytes are kept and parsed again.
type lines struct {
	doc Document
	way path
}

// Line implements resolve.Lines.
func (l *lines) Line(f resolve.Field) int {
	r := readers.Get().(*reader)
	defer readers.Put(r)
	find := finder{doc: l.doc}
	return find.line(descend(r.top(l.doc), l.way), f)
}

// reader parses documents again, and remembers the last: who asks for a field asks for
// the one above it next.
type reader struct {
	parser plain.Parser
	data   []byte
	last   *yaml.Node
}

var readers = sync.Pool{New: func() any { return new(reader) }}

// top is the top node of d, valid until the next call; nil when it cannot be parsed.
func (r *reader) top(d Document) *yaml.Node {
	switch {
	case d.tree != nil:
		return d.tree.top(d)
	case len(d.Data) == 0:
		return nil
	case len(r.data) == len(d.Data) && &r.data[0] == &d.Data[0]:
		return r.last
	}
	var plainly bool
	r.data = d.Data
	if r.last, plainly = r.parser.Parse(d.yaml()); !plainly {
		r.last, _ = ParseYAML(d.yaml())
	}
	return r.last
}

// tree is the parsed document that several objects of it share.
type tree struct {
	once   sync.Once
	parsed *yaml.Node
}

// top parses d, only once; nil when it cannot be parsed.
func (t *tree) top(d Document) *yaml.Node {
	t.once.Do(func() { t.parsed, _ = d.Parse() })
	return t.parsed
}

// descend follows a path of keys and list positions.
func descend(n *yaml.Node, way path) *yaml.Node {
	for _, key := range way {
		n = Follow(n)
		if n != nil && n.Kind == yaml.SequenceNode {
			n = element(n, key)
		} else {
			n = Child(n, key)
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
