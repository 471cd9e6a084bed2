package format

import "bytes"

const spaces = "                                                                "

// writeColumns writes a table line by line, without tablewriter: see gridRows.
func (l *layout) writeColumns(b *bytes.Buffer) {
	b.Grow((len(l.rows) + 1) * (l.lineWidth() + 1))
	if l.header {
		l.line(b, l.headCells())
	}
	for i, row := range l.rows {
		l.row(b, i, row)
	}
}

// row writes a row and what stands below it.
func (l *layout) row(b *bytes.Buffer, i int, cells []Cell) {
	l.line(b, cells)
	if l.below != nil {
		pad(b, l.indent+2*gap)
		faint := l.colors[Faint]
		b.WriteString(faint.on + l.below[i] + faint.off + "\n")
	}
}

func (l *layout) headCells() []Cell {
	head := make([]Cell, len(l.columns))
	for i, c := range l.columns {
		head[i] = Cell{Text: c.Head, Tone: Strong}
	}
	return head
}

// line writes one row. Padding waits until a text follows it, so that no line
// ends in spaces.
func (l *layout) line(b *bytes.Buffer, row []Cell) {
	pending := l.indent
	for i, c := range row {
		if c.Text == "" {
			pending += l.widths[i] + gap
			continue
		}
		pad(b, pending)
		tone := l.colors[c.Tone]
		b.WriteString(tone.on)
		b.WriteString(c.Text)
		b.WriteString(tone.off)
		pending = l.widths[i] - width(c.Text) + gap
	}
	b.WriteByte('\n')
}

func pad(b *bytes.Buffer, n int) {
	for ; n > len(spaces); n -= len(spaces) {
		b.WriteString(spaces)
	}
	b.WriteString(spaces[:n])
}
