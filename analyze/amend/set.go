package amend

import (
	"bytes"
	"strings"
)

// set writes a value in the place of what is there.
func (c *carver) set(p *piece, value any) ([]cut, error) {
	if p.hasTag() {
		return nil, errTag
	}
	switch {
	case p.up == nil || p.up.isFlow():
		text := c.flowOf(p).text(value, p.node, c.parent)
		if p.isNothing() {
			text = c.behind(p) + text
		}
		return []cut{{from: p.body, to: p.to, text: text}}, nil
	case !isCollection(value) || p.isFlow() && p.size() > 0:
		return c.setWord(p, c.flowOf(p).text(value, p.node, c.parent))
	}
	if f, all := c.inBraces(p.up, p); all && isMap(value) && !p.isBlock() {
		return c.setWord(p, f.text(value, p.node, c.parent))
	}
	return c.setLines(p, value)
}

// behind is what stands between a key that has no value and the value that it gets.
func (c *carver) behind(p *piece) string {
	if p.up != nil && p.up.isMap() && (p.to == 0 || c.b[p.to-1] != ':') {
		return ": "
	}
	return " "
}

// setWord writes what fits behind its key, on one line.
func (c *carver) setWord(p *piece, text string) ([]cut, error) {
	hold, err := c.hold(p)
	switch {
	case err != nil:
		return nil, err
	case p.isNothing():
		return []cut{{from: hold, to: hold, text: " " + text}}, nil
	case !p.isBlock():
		return []cut{{from: p.body, to: p.to, text: text}}, nil
	}
	old, err := c.old(p, hold)
	return append([]cut{{from: hold, to: hold, text: " " + text}}, old), err
}

// old is the cut that takes a block out from below what holds it.
func (c *carver) old(p *piece, hold int) (cut, error) {
	column := c.indentOf(p)
	last := c.tail(c.line(p.to), column)
	if c.line(hold) == c.line(p.body) {
		return cut{from: hold, to: c.end(last)}, nil
	}
	return cut{from: c.end(c.line(hold)), to: c.end(last)}, nil
}

// indentOf is the column of the key or mark that holds a piece.
func (c *carver) indentOf(p *piece) int { return c.column(p.up.starts(p.number())) }

// setLines writes a map or list that is not empty, on lines of its own.
func (c *carver) setLines(p *piece, value any) ([]cut, error) {
	hold, err := c.hold(p)
	if err != nil {
		return nil, err
	}
	l := c.layout(p)
	column := c.indentOf(p)
	var text []string
	if list, is := value.([]any); is && p.up.isMap() {
		text = l.list(list, column+l.dash, c.parent)
	} else {
		step := l.step
		if p.up.isList() {
			step = 2
		}
		text = l.block(value, column+step, c.parent)
	}
	gone := cut{from: hold, to: p.to}
	if p.isBlock() {
		if gone, err = c.old(p, hold); err != nil {
			return nil, err
		}
	} else if p.isNothing() {
		gone.to = hold
	}
	nl := c.newline()
	if p.up.isList() && len(bytes.TrimSpace(c.b[gone.to:c.end(c.line(gone.to))])) == 0 && c.line(hold) == c.line(gone.from) && gone.from == hold {
		text[0] = " " + strings.TrimLeft(text[0], " ")
		gone.text = strings.Join(text, nl)
		return []cut{gone}, nil
	}
	at := c.end(c.line(gone.to))
	return []cut{gone, {from: at, to: at, text: nl + strings.Join(text, nl)}}, nil
}

func isMap(value any) bool { _, is := value.(map[string]any); return is }

func isCollection(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		return len(v) > 0
	case []any:
		return len(v) > 0
	}
	return false
}
