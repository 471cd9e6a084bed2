package amend

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// behindProperties is where the value of a piece begins, behind its anchor and its tag.
func (r *reading) behindProperties(p *piece) int {
	at := p.from
	if p.node.Anchor == "" && !p.hasTag() || p.node.Kind == yaml.AliasNode {
		return at
	}
	for at < len(r.b) && (r.b[at] == '&' || r.b[at] == '!') {
		at = r.wordEnd(at)
		if p.isBlock() || p.isNothing() {
			for at < len(r.b) && (r.b[at] == ' ' || r.b[at] == '\t') {
				at++
			}
			continue
		}
		at = r.skip(at, "")
	}
	return at
}

// propertiesEnd is where the anchor and tag of a piece end, its beginning where it has none.
func (r *reading) propertiesEnd(p *piece) int {
	at, end := p.from, p.from
	if p.node.Anchor == "" && !p.hasTag() || p.node.Kind == yaml.AliasNode {
		return at
	}
	for at < len(r.b) && (r.b[at] == '&' || r.b[at] == '!') {
		end = r.wordEnd(at)
		at = r.skip(end, "")
	}
	return end
}

// wordEnd is where an anchor, an alias or a tag ends.
func (r *reading) wordEnd(at int) int {
	n := bytes.IndexAny(r.b[at:], " \t\r\n,[]{}")
	if n < 0 {
		return len(r.b)
	}
	return at + n
}

// skip goes over space, line breaks, comments and the given signs.
func (r *reading) skip(at int, signs string) int {
	for at < len(r.b) {
		c := r.b[at]
		switch {
		case c == '#':
			at = r.end(r.line(at))
		case c == ' ' || c == '\t' || c == '\r' || c == '\n' || bytes.IndexByte([]byte(signs), c) >= 0:
			at++
		default:
			return at
		}
	}
	return at
}

// scalarEnd is where a scalar ends.
func (r *reading) scalarEnd(p *piece, indent int) (int, error) {
	style := p.node.Style &^ yaml.TaggedStyle
	switch {
	case p.body >= len(r.b):
		return 0, errOdd
	case style == yaml.DoubleQuotedStyle:
		return r.quotedEnd(p.body, '"')
	case style == yaml.SingleQuotedStyle:
		return r.quotedEnd(p.body, '\'')
	case style == yaml.LiteralStyle || style == yaml.FoldedStyle:
		return r.linesEnd(p.body, indent), nil
	default:
		return r.plainEnd(p.body, indent, p.up != nil && p.up.isFlow()), nil
	}
}

func (r *reading) quotedEnd(at int, quote byte) (int, error) {
	if r.b[at] != quote {
		return 0, errOdd
	}
	for i := at + 1; i < len(r.b); i++ {
		switch {
		case r.b[i] == '\\' && quote == '"':
			i++
		case r.b[i] == quote && quote == '\'' && i+1 < len(r.b) && r.b[i+1] == quote:
			i++
		case r.b[i] == quote:
			return i + 1, nil
		}
	}
	return 0, errOdd
}

// linesEnd is where a text of | or > ends: behind its last line, and behind the blank lines
// below where it keeps those.
func (r *reading) linesEnd(at, indent int) int {
	head := r.line(at)
	mark := r.b[at:r.wordEnd(at)]
	keeps := bytes.IndexByte(mark, '+') >= 0
	deep := 0
	if i := bytes.IndexAny(mark, "123456789"); i >= 0 {
		deep = max(indent, 0) + int(mark[i]-'0')
	}
	last, end := head, at+len(mark)
	for line := head + 1; line < r.count(); line++ {
		blank := len(bytes.TrimLeft(r.text(line), " ")) == 0
		if !blank && deep == 0 {
			deep = max(r.indent(line), indent+1)
		}
		if !blank && (r.indent(line) < deep || r.isMarker(line)) {
			break
		}
		if !blank || keeps {
			last = line
		}
	}
	if last > head {
		return r.end(last)
	}
	return end
}

// plainEnd is where a text without quotes ends, which may go on over lines.
func (r *reading) plainEnd(at, indent int, flow bool) int {
	end := at
	for line := r.line(at); line < r.count(); line++ {
		stop := r.end(line)
		if from := r.begin(line); from > at {
			rest := r.trimmed(line)
			if len(rest) == 0 {
				continue
			}
			if rest[0] == '#' || r.isMarker(line) || !flow && r.indent(line) <= indent {
				return end
			}
			at = stop - len(bytes.TrimLeft(r.text(line), " \t"))
		}
		for i := at; i < stop; i++ {
			if r.endsPlain(i, stop, flow) {
				return end
			}
			if c := r.b[i]; c != ' ' && c != '\t' {
				end = i + 1
			}
		}
	}
	return end
}

// endsPlain tells whether a text without quotes ends before an offset.
func (r *reading) endsPlain(i, stop int, flow bool) bool {
	c := r.b[i]
	next := byte(' ')
	if i+1 < stop {
		next = r.b[i+1]
	}
	inside := flow && bytes.IndexByte([]byte(",[]{}"), c) >= 0
	colon := c == ':' && (next == ' ' || next == '\t' || flow && bytes.IndexByte([]byte(",[]{}"), next) >= 0)
	comment := c == '#' && i > 0 && (r.b[i-1] == ' ' || r.b[i-1] == '\t')
	return inside || colon || comment
}
