package format

import (
	"bytes"
	"io"

	"github.com/olekukonko/ll"
	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/tw"
)

// writeGrid lets tablewriter lay out the table and grid draw it.
func (l *layout) writeGrid(b *bytes.Buffer) error {
	g := &grid{layout: l, out: b}
	t := tablewriter.NewTable(b, tablewriter.WithRenderer(g), tablewriter.WithConfig(gridConfig()))
	if l.header {
		t.Header(texts(l.headCells()))
	}
	for _, row := range l.rows {
		if err := t.Append(texts(row)); err != nil {
			return err
		}
	}
	if len(l.rows) == 0 && !l.header {
		return nil
	}
	return t.Render()
}

// gridConfig turns off everything that changes a text: a name must come out as
// it went in.
func gridConfig() tablewriter.Config {
	cell := tw.CellConfig{
		Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off},
		Padding:    tw.CellPadding{Global: tw.Padding{Overwrite: true}},
		Alignment:  tw.CellAlignment{Global: tw.AlignLeft},
	}
	return tablewriter.Config{Header: cell, Row: cell, Behavior: tw.Behavior{TrimSpace: tw.Off}}
}

func texts(row []Cell) []string {
	s := make([]string, len(row))
	for i, c := range row {
		s[i] = c.Text
	}
	return s
}

// grid is a tablewriter renderer without lines and borders, as kubectl prints.
// The tones come from the layout: tablewriter sees plain texts only, and cannot
// miscount an escape sequence.
type grid struct {
	*layout
	out  *bytes.Buffer
	next int // row that comes next
}

// Start implements tw.Renderer.
func (g *grid) Start(io.Writer) error { return nil }

// Header implements tw.Renderer.
func (g *grid) Header(_ [][]string, f tw.Formatting) {
	g.measured(f)
	g.line(g.out, g.headCells())
}

// Row implements tw.Renderer.
func (g *grid) Row(_ []string, f tw.Formatting) {
	g.measured(f)
	g.row(g.out, g.next, g.rows[g.next])
	g.next++
}

func (g *grid) measured(f tw.Formatting) {
	for i := range g.widths {
		g.widths[i] = f.Row.Widths.Get(i)
	}
}

// Footer implements tw.Renderer; there are none.
func (g *grid) Footer([][]string, tw.Formatting) {}

// Line implements tw.Renderer; there are none.
func (g *grid) Line(tw.Formatting) {}

// Config implements tw.Renderer.
func (g *grid) Config() tw.Rendition {
	return tw.Rendition{Borders: tw.BorderNone, Settings: tw.Settings{Separators: tw.SeparatorsNone, Lines: tw.LinesNone}}
}

// Close implements tw.Renderer.
func (g *grid) Close() error { return nil }

// Logger implements tw.Renderer.
func (g *grid) Logger(*ll.Logger) {}
