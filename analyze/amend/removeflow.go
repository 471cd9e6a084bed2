package amend

import "bytes"

// removeFlow takes an entry out of braces or brackets, with the comma that it no longer needs.
func (c *carver) removeFlow(p *piece, i int) ([]cut, error) {
	from, to := p.starts(i), p.value(i).to
	if p.isMap() {
		to = max(to, p.key(i).to)
	}
	n := p.size()
	if n == 1 {
		if c.b[p.body] != '{' && c.b[p.body] != '[' {
			return nil, errOdd
		}
		return []cut{{from: p.body + 1, to: p.to - 1}}, nil
	}
	comma := c.skip(to, "")
	hasComma := comma < len(c.b) && c.b[comma] == ','
	if hasComma {
		to = comma + 1
	}
	end := c.line(to)
	if c.leads(from) && c.isAlone(to) && end < c.line(p.to-1) {
		cuts := []cut{{from: c.begin(c.head(c.line(from))), to: c.begin(end + 1)}}
		if !hasComma && i > 0 {
			cuts = append(cuts, c.commaBefore(p, i)...)
		}
		return cuts, nil
	}
	return c.removeInline(p, i, from, to), nil
}

// removeInline takes an entry out of a line; to is behind its comma, if it has one. The
// comments of others stay, and where one is in the way, the comma before the entry too.
func (c *carver) removeInline(p *piece, i, from, to int) []cut {
	if i+1 < p.size() {
		next := p.starts(i + 1)
		if bytes.IndexByte(c.b[to:next], '#') >= 0 {
			next = c.end(c.line(to))
		}
		return []cut{{from: from, to: next}}
	}
	before := p.value(i - 1).to
	if bytes.IndexByte(c.b[before:from], '#') >= 0 {
		return []cut{{from: from, to: to}}
	}
	if c.b[to-1] == ',' {
		to--
	}
	return []cut{{from: before, to: to}}
}

// isAlone is true where a line ends at an offset, but for a comment.
func (c *carver) isAlone(off int) bool {
	line := c.line(off)
	at := off
	for at < c.end(line) && (c.b[at] == ' ' || c.b[at] == '\t') {
		at++
	}
	return at == c.end(line) || c.b[at] == '#'
}

// commaBefore takes the comma between an entry and the one before it out.
func (c *carver) commaBefore(p *piece, i int) []cut {
	at := c.skip(p.value(i-1).to, "")
	if at >= p.starts(i) || c.b[at] != ',' {
		return nil
	}
	return []cut{{from: at, to: at + 1}}
}
