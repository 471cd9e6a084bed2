package manifest

import (
	"bytes"

	"github.com/mtlsctl/mtlsctl/resolve/source/plain"
)

// yamlItems finds the lines of each item of the block list below "items:", and what the
// list says that it is; nil when it is not certain where they begin and end. It is when
// all other lines are a plain document by themselves, so that no scalar that begins in
// one of them goes on in the items. What begins in an item and goes on in the next leaves
// both of them broken, which is said.
func (d Document) yamlItems() ([]Document, Head) {
	c := &itemCutter{list: d, dash: -1}
	line := d.Line
	for at := 0; at < len(d.Data); line++ {
		next := nextLine(d.Data, at)
		if !c.line(d.Data[at:next], at, line) {
			return nil, Head{}
		}
		at = next
	}
	c.end(len(d.Data))
	var p plain.Parser
	top, ok := p.Parse(c.others)
	if !ok || len(c.items) == 0 {
		return nil, Head{}
	}
	return c.items, headOf(top)
}

// hasOddBreaks reports line breaks that are not where lines are cut.
func hasOddBreaks(data []byte) bool {
	if bytes.IndexByte(data, '\r') >= 0 {
		return true
	}
	for _, b := range [...]string{"\u0085", "\u2028", "\u2029"} {
		if bytes.Contains(data, []byte(b)) {
			return true
		}
	}
	return false
}

// itemCutter goes through the lines of a list.
type itemCutter struct {
	list   Document
	inside bool // below "items:"
	dash   int  // the column of the items' dashes, -1 before the first
	start  int  // of the item that is being read
	items  []Document
	others []byte // the lines that are in no item
}

// line takes one line; false means that the list is written in an unusual way.
func (c *itemCutter) line(text []byte, at, line int) bool {
	indent := leadingSpaces(text)
	rest := text[indent:]
	inItem := c.inside && c.dash >= 0
	switch {
	case isFiller(rest) && inItem:
		return true
	case bytes.HasPrefix(text, []byte("items:")):
		if c.inside || len(c.items) > 0 || !isFiller(bytes.TrimLeft(text[len("items:"):], " ")) {
			return false
		}
		c.inside = true
	case isFiller(rest), !c.inside:
	case (c.dash < 0 || indent == c.dash) && bytes.HasPrefix(rest, []byte("- ")):
		c.end(at)
		c.begin(text, indent, at, line)
		return true
	case inItem && indent > c.dash:
		return true
	case indent == 0 && isLetter(text[0]):
		c.end(at)
		c.inside = false
	default:
		return false
	}
	c.others = append(c.others, text...)
	return true
}

func (c *itemCutter) begin(text []byte, dash, at, line int) {
	c.dash, c.start = dash, at
	one := newDocument(c.list.file, line, nil)
	one.item = &item{dash: dash, indent: dash + 1 + leadingSpaces(text[dash+1:])}
	c.items = append(c.items, one)
}

func (c *itemCutter) end(at int) {
	if c.inside && len(c.items) > 0 {
		c.items[len(c.items)-1].Data = c.list.Data[c.start:at]
	}
}

func leadingSpaces(text []byte) int { return len(text) - len(bytes.TrimLeft(text, " ")) }

// isFiller is true for a line, or the rest of one, that says nothing.
func isFiller(text []byte) bool {
	text = bytes.TrimRight(text, " \t\r\n")
	return len(text) == 0 || text[0] == '#'
}

// withoutDash makes a mapping of the lines of an item.
func (i *item) withoutDash(data []byte) []byte {
	data = bytes.Clone(data)
	data[i.dash] = ' '
	return data
}
