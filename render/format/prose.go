package format

import (
	"bytes"
	"strings"
)

// writeProse writes what a block has besides tables and lines.
func writeProse(b *bytes.Buffer, block Block, o Options) {
	limit := block.Wrap
	if o.Width > 0 && (limit == 0 || o.Width < limit) {
		limit = o.Width
	}
	indent := strings.Repeat(" ", block.Indent+block.Hang)
	for _, paragraph := range block.Prose {
		writeWrapped(b, indent, indent, paragraph, limit)
	}
	writePoints(b, indent, block.Points, limit)
	if block.Example != "" {
		if len(block.Prose)+len(block.Points) > 0 {
			b.WriteByte('\n')
		}
		for line := range strings.Lines(strings.TrimRight(block.Example, "\n") + "\n") {
			b.WriteString(strings.TrimRight(indent+"    "+strings.TrimSuffix(line, "\n"), " ") + "\n")
		}
	}
}

// writePoints writes terms in a column of their own, texts hanging beside them.
func writePoints(b *bytes.Buffer, indent string, points []Point, limit int) {
	widest := 0
	for _, p := range points {
		widest = max(widest, width(p.Term))
	}
	for _, p := range points {
		first, rest := indent+"- ", indent+"  "
		if widest > 0 {
			first = indent + p.Term + strings.Repeat(" ", widest-width(p.Term)+gap)
			rest = indent + strings.Repeat(" ", widest+gap)
		}
		writeWrapped(b, first, rest, p.Text, limit)
	}
}

// Wrap writes the words of a text in lines of at most limit columns.
func Wrap(text string, limit int) string {
	var b bytes.Buffer
	writeWrapped(&b, "", "", text, limit)
	return b.String()
}

// writeWrapped writes words in lines of at most limit columns; 0 never wraps. A
// word that is longer stays whole.
func writeWrapped(b *bytes.Buffer, first, rest, text string, limit int) {
	line := first
	empty := true
	for _, word := range strings.Fields(text) {
		if !empty && limit > 0 && width(line)+1+width(word) > limit {
			b.WriteString(line + "\n")
			line, empty, word = rest, true, noCommand(word)
		}
		if !empty {
			line += " "
		}
		line += word
		empty = false
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}
