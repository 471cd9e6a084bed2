package amend

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// measure finds where a piece and all in it begin and end. indent is the column of the
// block around it, which the lines of a scalar must stay right of.
func (r *reading) measure(p *piece, indent int) error {
	p.from = r.offset(p.node.Line, p.node.Column)
	if p.isNothing() && p.node.Anchor == "" && !p.hasTag() {
		// The parser says where the next thing begins; what is not there is behind the last.
		p.from = len(bytes.TrimRight(r.b[:p.from], " \t\r\n"))
		p.body, p.to = p.from, p.from
		return nil
	}
	p.body = r.behindProperties(p)
	var err error
	switch {
	case p.node.Kind == yaml.AliasNode:
		p.to = r.wordEnd(p.body)
	case p.isFlow():
		err = r.measureFlow(p)
	case p.isBlock():
		err = r.measureBlock(p, indent)
	case p.isNothing():
		p.to = len(bytes.TrimRight(r.b[:p.body], " \t\r\n"))
		p.body = p.to
	default:
		p.to, err = r.scalarEnd(p, indent)
	}
	if p.node.Kind != yaml.MappingNode && p.node.Kind != yaml.SequenceNode {
		r.leaves = append(r.leaves, p)
	}
	return err
}

// measureFlow measures what stands in braces or brackets.
func (r *reading) measureFlow(p *piece) error {
	shut := byte('}')
	if p.isList() {
		shut = ']'
	}
	open := p.body < len(r.b) && r.b[p.body] == map[byte]byte{'}': '{', ']': '['}[shut]
	p.to = p.body + 1
	for _, n := range p.node.Content {
		kid := &piece{node: n, up: p}
		p.kids = append(p.kids, kid)
		if err := r.measure(kid, -1); err != nil {
			return err
		}
		p.to = max(p.to, kid.to)
	}
	if !open { // [a: 1], a map without braces
		return nil
	}
	p.to = r.skip(p.to, ",:")
	if p.to >= len(r.b) || r.b[p.to] != shut {
		return errOdd
	}
	p.to++
	return nil
}

// measureBlock measures a map or list that stands on lines.
func (r *reading) measureBlock(p *piece, indent int) error {
	for i, n := range p.node.Content {
		kid := &piece{node: n, up: p}
		p.kids = append(p.kids, kid)
		at := r.offset(n.Line, n.Column)
		switch {
		case p.isList():
			if kid.dash = r.dashBefore(at); kid.dash < 0 {
				return errOdd
			}
			indent = r.column(kid.dash)
		case i == 0:
			indent = r.column(at)
		}
		if err := r.measure(kid, indent); err != nil {
			return err
		}
		p.to = kid.to
		if i == 0 && p.isMap() {
			p.body = kid.from
		} else if i == 0 {
			p.body = kid.dash
		}
	}
	return nil
}

// dashBefore is the mark of the item that begins at an offset, on its line or above, or -1.
func (r *reading) dashBefore(at int) int {
	for line := r.line(min(at, max(len(r.b)-1, 0))); line >= 0; line-- {
		text := r.b[r.begin(line):min(at, r.end(line))]
		if bytes.HasPrefix(bytes.TrimLeft(text, " \t"), []byte("#")) {
			continue
		}
		if i := bytes.Index(text, []byte(" #")); i >= 0 && at > r.end(line) {
			text = text[:i]
		}
		if text = bytes.TrimRight(text, " \t"); len(text) > 0 {
			if text[len(text)-1] == '-' {
				return r.begin(line) + len(text) - 1
			}
			return -1
		}
	}
	return -1
}
