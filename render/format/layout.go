package format

import (
	"bytes"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// gap is the number of spaces between columns.
const gap = 2

// layout is a table ready to be written: chosen rows and columns, repeated cells
// emptied, widths known.
type layout struct {
	columns []Column
	rows    [][]Cell
	widths  []int
	header  bool
	indent  int
	colors  palette
	// below are lines under the rows, nil where there are none; hidden are the heads of the
	// columns that went.
	below, hidden []string
	// shorter are the shorter texts of each column, by row, nil for a column without.
	shorter [][]string
	// many is true for one of many tables.
	many bool
}

func newLayout(t *Table, indent int, o Options) *layout {
	l := &layout{columns: t.Columns, rows: t.Rows, indent: indent}
	for _, c := range t.Columns {
		l.header = l.header || c.Head != "" && !o.NoHeaders
	}
	l.measure()
	if o.Width > 0 {
		l.fit(o.Width)
	}
	l.blank()
	return l
}

func (l *layout) measure() {
	l.widths = make([]int, len(l.columns))
	for i, c := range l.columns {
		if l.header {
			l.widths[i] = width(c.Head)
		}
	}
	for _, row := range l.rows {
		for i := range row {
			l.widths[i] = max(l.widths[i], width(row[i].Text))
		}
	}
}

// blank empties cells that repeat the row above. It goes from the bottom, where
// the row above still has its texts.
func (l *layout) blank() {
	for r := len(l.rows) - 1; r > 0; r-- {
		for i, c := range l.columns {
			if !c.Group {
				continue
			}
			if l.rows[r][i].Text != l.rows[r-1][i].Text {
				break
			}
			l.rows[r][i] = Cell{}
		}
	}
}

// gridRows is the size up to which tablewriter lays out a table. Its cost is some
// maps per cell, 0.4 s for 30,000 rows of 8 columns, while a whole run over ten
// thousand workloads has to end within a second; columns.go needs 0.02 s for the
// same bytes, which a test compares.
const gridRows = 1000

// gridBlocks is the number of paragraphs up to which tablewriter lays out their
// tables: making one takes it a tenth of a millisecond.
const gridBlocks = 200

func (l *layout) write(b *bytes.Buffer) error {
	if l.many || len(l.rows) > gridRows {
		l.writeColumns(b)
		return nil
	}
	return l.writeGrid(b)
}

// width is the number of terminal columns that s takes.
func width(s string) int {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return twwidth.Width(s)
		}
	}
	return len(s)
}
