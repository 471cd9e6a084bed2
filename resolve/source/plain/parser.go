package plain

import (
	"strings"
	"unsafe"

	"go.yaml.in/yaml/v3"
)

// maxDepth is how deep blocks may nest before the text is left to yaml.v3.
const maxDepth = 100

// Parser parses one document after the other. The zero Parser is ready. Not safe
// for concurrent use.
type Parser struct {
	cursor
	arena
	depth int
	flows int // that are open
}

// Parse returns the top mapping of the only document in data, with lines and
// columns from 1, valid until the next call. The values are parts of data, which must
// not be written to any more. ok is false, and top nil, when yaml.v3
// has to be asked, for the nodes or for the error.
func (p *Parser) Parse(data []byte) (top *yaml.Node, ok bool) {
	if !ordinary(data) {
		return nil, false
	}
	p.arena.reset()
	p.cursor, p.depth = cursor{text: shared(data)}, 0
	if !strings.HasSuffix(p.text, "\n") {
		p.text, p.unclosed = p.text+"\n", true
	}
	if !p.begin() || p.atDash() {
		return nil, false
	}
	if top = p.block(); top == nil || p.indent != atEnd {
		return nil, false
	}
	return top, true
}

// shared is data as a string without a copy: what was read is kept for its lines anyway,
// and nobody writes to it.
func shared(data []byte) string { return unsafe.String(unsafe.SliceData(data), len(data)) }

// ordinary reports whether data is ASCII without control characters: what is a
// line break, a blank or a column is then beyond doubt.
func ordinary(data []byte) bool {
	for _, c := range data {
		if c >= 0x7f || c < ' ' && c != '\n' {
			return false
		}
	}
	return true
}

// block reads the mapping or list whose first key or dash is at the cursor, in
// column p.indent; nil, as everywhere here, when it is not certain that there is
// one.
func (p *Parser) block() (n *yaml.Node) {
	if p.depth++; p.depth > maxDepth {
		return nil
	}
	if p.atDash() {
		n = p.sequence(p.indent)
	} else if key := p.scalar(); key != nil {
		n = p.mapping(p.indent, key)
	}
	p.depth--
	return n
}

// mapping reads the mapping in a column; its first key has been read.
func (p *Parser) mapping(column int, key *yaml.Node) *yaml.Node {
	n := p.node(yaml.MappingNode, "!!map", "", key.Line, key.Column)
	from := len(p.open)
	for {
		if key == nil || !isKey(key) || !p.isNew(key, from) || !p.passColon(key) {
			return nil
		}
		value := p.value(column)
		if value == nil {
			return nil
		}
		p.open = append(p.open, key, value)
		if p.indent != column {
			break
		}
		key = p.scalar()
	}
	return p.close(n, from, column)
}

// maxKeys is how many keys of a mapping are compared with each other before the text is
// left to yaml.v3.
const maxKeys = 200

// isNew reports whether the mapping that is open from a place on has no such key yet.
func (p *Parser) isNew(key *yaml.Node, from int) bool {
	for i := from; i < len(p.open); i += 2 {
		if p.open[i].Value == key.Value {
			return false
		}
	}
	return len(p.open)-from < 2*maxKeys
}

// sequence reads the list whose dashes stand in a column.
func (p *Parser) sequence(column int) *yaml.Node {
	n := p.node(yaml.SequenceNode, "!!seq", "", p.line, column+1)
	from := len(p.open)
	for p.indent == column && p.atDash() {
		p.at++
		item := p.item()
		if item == nil {
			return nil
		}
		p.open = append(p.open, item)
	}
	return p.close(n, from, column)
}

// close gives a collection what has been read of it. A line deeper than its
// column continues something in a way that is not known here.
func (p *Parser) close(n *yaml.Node, from, column int) *yaml.Node {
	if p.indent > column {
		return nil
	}
	n.Content = p.children(from)
	return n
}

// value reads what stands behind the colon of a key in a column, or below it, and
// goes to the line after.
func (p *Parser) value(column int) *yaml.Node {
	line, end := p.line, p.column()
	if !p.restIsFiller() {
		p.skipBlanks()
		return p.lineDone(p.inline(column))
	}
	switch {
	case !p.nextLine():
		return nil
	case p.indent > column:
		return p.block()
	case p.indent == column && p.atDash(): // a list need not be indented below its key
		return p.sequence(column)
	}
	return p.node(yaml.ScalarNode, "!!null", "", line, end+1)
}

// item reads what stands behind a dash, and below when it is a mapping or a list,
// and goes to the line after.
func (p *Parser) item() *yaml.Node {
	dash := p.column() - 1
	if p.restIsFiller() {
		return nil
	}
	p.skipBlanks()
	p.indent = p.column()
	if p.atDash() {
		return p.block()
	}
	n := p.inline(dash)
	if n != nil && n.Kind == yaml.ScalarNode && p.atColon() {
		return p.mapping(p.indent, n)
	}
	return p.lineDone(n)
}
