package amend

import "strings"

// put writes a key that a map does not have.
func (c *carver) put(p *piece, key string, value any) ([]cut, error) {
	switch {
	case p.isNull() && !p.hasTag(), p.isMap() && p.isFlow() && p.size() == 0:
		c.parent = c.keyOver(p)
		return c.set(p, map[string]any{key: value})
	case !p.isMap():
		return nil, errOdd
	case p.isFlow():
		f := c.flowOf(p.value(p.size() - 1))
		return c.intoFlow(p, f.entry(key, value, c.parent)), nil
	}
	column := c.column(p.starts(0))
	if f, all := c.inBraces(p, nil); all && isMap(value) {
		return c.intoBlock(p, []string{strings.Repeat(" ", column) + keyWord(key, c.parent) + ": " + f.text(value, nil, key)}), nil
	}
	return c.intoBlock(p, c.layout(p).entry(key, value, column, c.parent)), nil
}

// add writes an item at the end of a list.
func (c *carver) add(p *piece, value any) ([]cut, error) {
	switch {
	case p.isNull() && !p.hasTag(), p.isList() && p.isFlow() && p.size() == 0:
		return c.set(p, []any{value})
	case !p.isList():
		return nil, errNoList
	}
	like := p.value(p.size() - 1)
	if p.isFlow() {
		f := c.flowOf(like)
		return c.intoFlow(p, f.text(value, like.node, c.parent)), nil
	}
	column := c.column(p.starts(0))
	return c.intoBlock(p, c.layout(p).item(value, like.node, column, c.parent)), nil
}

// intoBlock writes lines below the last of a block.
func (c *carver) intoBlock(p *piece, text []string) []cut {
	n := p.size() - 1
	last := c.tail(c.line(p.value(n).to), c.column(p.starts(n)))
	at, nl := c.end(last), c.newline()
	return []cut{{from: at, to: at, text: nl + strings.Join(text, nl)}}
}

// intoFlow writes an entry before the closing brace or bracket.
func (c *carver) intoFlow(p *piece, text string) []cut {
	n := p.size() - 1
	last := max(p.value(n).to, p.kids[len(p.kids)-1].to)
	comma := c.skip(last, "")
	hasComma := comma < len(c.b) && c.b[comma] == ','
	line := c.line(last)
	if !c.leads(p.starts(n)) || line == c.line(p.to-1) {
		return []cut{{from: last, to: last, text: c.comma(p) + text}}
	}
	begin := c.line(p.starts(n))
	prefix := string(c.b[c.begin(begin):p.starts(n)])
	if hasComma {
		at := c.end(c.line(comma))
		return []cut{{from: at, to: at, text: c.newline() + prefix + text + ","}}
	}
	at := c.end(line)
	return []cut{{from: last, to: last, text: ","}, {from: at, to: at, text: c.newline() + prefix + text}}
}

// keyOver is the key that a piece stands under, "" for none.
func (c *carver) keyOver(p *piece) string {
	if p.up == nil || !p.up.isMap() {
		return ""
	}
	return p.up.key(p.number()).node.Value
}
