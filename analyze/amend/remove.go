package amend

// remove takes an entry out of its map or list.
func (c *carver) remove(p *piece, i int) ([]cut, error) {
	switch {
	case p.isFlow():
		return c.removeFlow(p, i)
	case p.size() == 1:
		return c.empty(p)
	}
	from := p.starts(i)
	last := c.tail(c.line(p.value(i).to), c.column(from))
	if c.leads(from) {
		return c.lines(c.head(c.line(from)), last), nil
	}
	if i > 0 {
		return nil, errOdd
	}
	// The mark of an item stands before it: what is next takes its place.
	next := last + 1
	for c.isBlank(next) && next+1 < c.count() {
		next++
	}
	return []cut{{from: from, to: c.begin(next) + c.indent(next)}}, nil
}

// lines takes out whole lines, and does not let the blank lines around them pile up.
func (c *carver) lines(first, last int) []cut {
	isEnd := last+1 >= c.count() || c.isMarker(last+1)
	isBlankBelow := !isEnd && c.isBlank(last+1)
	isBegin := first == 0 || c.isMarker(first-1)
	switch {
	case isBegin && isBlankBelow:
		for last+1 < c.count() && c.isBlank(last+1) {
			last++
		}
	case isBlankBelow || isEnd:
		for first > 0 && c.isBlank(first-1) && !c.isInside(c.begin(first-1)) {
			first--
		}
	}
	if c.begin(last+1) == len(c.b) && !endsLine(c.b) && first > 0 {
		return []cut{{from: c.end(first - 1), to: len(c.b)}}
	}
	return []cut{{from: c.begin(first), to: c.begin(last + 1)}}
}

// empty takes the only entry out of a map or list, which says then that it is empty.
func (c *carver) empty(p *piece) ([]cut, error) {
	word := "{}"
	if p.isList() {
		word = "[]"
	}
	from := p.starts(0)
	first, column := c.line(from), c.column(from)
	last := c.tail(c.line(p.to), column)
	if p.up == nil {
		return []cut{{from: from, to: c.end(last), text: word}}, nil
	}
	hold, err := c.hold(p)
	switch {
	case err != nil:
		return nil, err
	case c.line(hold) == first:
		return []cut{{from: from, to: c.end(last), text: word}}, nil
	}
	return append([]cut{{from: hold, to: hold, text: " " + word}}, c.lines(c.head(first), last)...), nil
}
