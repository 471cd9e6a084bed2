package amend

import (
	"cmp"
	"slices"
)

// cut puts a text in the place of another. Cuts do not overlap.
type cut struct {
	from, to int
	text     string
}

// spliced is a text after its cuts.
func spliced(b []byte, cuts []cut) []byte {
	slices.SortStableFunc(cuts, func(a, b cut) int { return cmp.Compare(a.from, b.from) })
	var out []byte
	at := 0
	for _, c := range cuts {
		out = append(out, b[at:max(at, c.from)]...)
		out = append(out, c.text...)
		at = max(at, c.to)
	}
	return append(out, b[at:]...)
}

// carver finds the cuts in a document.
type carver struct {
	*reading
	doc *document
	// parent is the key that the changed piece stands under.
	parent string
}

// hold is where the text ends that holds a value: behind its colon, its mark or its anchor.
func (c *carver) hold(p *piece) (int, error) {
	switch {
	case p.up == nil:
		return 0, errOdd
	case c.propertiesEnd(p) > p.from:
		return c.propertiesEnd(p), nil
	case p.up.isList():
		return p.dash + 1, nil
	}
	at := p.up.key(p.number()).to
	for at < len(c.b) && (c.b[at] == ' ' || c.b[at] == '\t') {
		at++
	}
	if at >= len(c.b) || c.b[at] != ':' {
		return 0, errOdd
	}
	return at + 1, nil
}

// tail is the last line of an entry: below it may stand comments that are deeper than where
// the entry begins.
func (c *carver) tail(last, column int) int {
	for last+1 < c.count() && c.isComment(last+1) && c.indent(last+1) > column {
		last++
	}
	return last
}

// head is the first line of an entry: the comments directly above belong to it where they
// stand in the same column, except at the head of the document, where they are about all.
func (c *carver) head(first int) int {
	top := first
	for top > 0 && c.isComment(top-1) && c.indent(top-1) == c.indent(first) && !c.isInside(c.begin(top-1)) {
		top--
	}
	if top == first || c.isTop(top) {
		return first
	}
	return top
}

// isTop is true for a line above which the document has nothing to say.
func (c *carver) isTop(line int) bool {
	for line--; line >= 0; line-- {
		if !c.isBlank(line) && !c.isComment(line) && !c.isMarker(line) && c.text(line)[0] != '%' {
			return false
		}
	}
	return true
}

// isInside is true for an offset within a scalar that spans lines.
func (c *carver) isInside(off int) bool {
	i, _ := slices.BinarySearchFunc(c.leaves, off, func(p *piece, off int) int { return cmp.Compare(p.to, off) })
	return i < len(c.leaves) && c.leaves[i].from < off && off <= c.leaves[i].to
}
