package plain

import "strings"

// cursor is a place in a text of whole lines.
type cursor struct {
	text  string
	at    int // the next byte to read
	start int // of the line
	line  int // from 1
	// unclosed is true when the text came without its last line break.
	unclosed bool
	// indent is the column, from 0, of the first thing on the line, or of what is
	// read behind a dash; atEnd behind the last line.
	indent int
}

const atEnd = -1

// begin goes to the first line that says something, past the marker of the
// document.
func (c *cursor) begin() bool {
	if strings.HasPrefix(c.text, "---") {
		c.at, c.line = len("---"), 1
		return c.restIsFiller() && c.nextLine() && c.indent != atEnd
	}
	c.at = -1
	return c.nextLine() && c.indent != atEnd
}

// nextLine goes from the end of a line to the next one that says something; false
// at what may be the marker of another document.
func (c *cursor) nextLine() bool {
	for {
		c.line++
		c.start = c.at + 1
		c.at = c.start
		if c.at == len(c.text) {
			c.indent = atEnd
			return true
		}
		c.skipBlanks()
		switch c.text[c.at] {
		case '\n':
			continue
		case '#':
			c.endOfLine()
			continue
		}
		c.indent = c.column()
		marker := c.indent == 0 && (strings.HasPrefix(c.text[c.at:], "---") || strings.HasPrefix(c.text[c.at:], "..."))
		return !marker
	}
}

// restIsFiller reports whether the line says nothing more, and then goes to its
// end.
func (c *cursor) restIsFiller() bool {
	at := c.at
	c.skipBlanks()
	switch {
	case c.text[c.at] == '\n':
		return true
	case c.text[c.at] == '#' && c.at > at:
		c.endOfLine()
		return true
	}
	c.at = at
	return false
}

func (c *cursor) endOfLine() { c.at += strings.IndexByte(c.text[c.at:], '\n') }

func (c *cursor) skipBlanks() {
	for c.text[c.at] == ' ' {
		c.at++
	}
}

func (c *cursor) column() int { return c.at - c.start }

func (c *cursor) atDash() bool { return c.text[c.at] == '-' && isBlank(c.text[c.at+1]) }

func (c *cursor) atColon() bool { return c.text[c.at] == ':' && isBlank(c.text[c.at+1]) }

func isBlank(b byte) bool { return b == ' ' || b == '\n' }
