package render

import "github.com/mtlsctl/mtlsctl/render/format"

// field is a column and how to fill it: a table is a list of fields over things
// of one type.
type field[T any] struct {
	format.Column
	cell func(T) format.Cell
	// wide marks a field that only -o wide shows.
	wide bool
}

// tableOf fills the fields, for one row per thing.
func tableOf[T any](fields []field[T], things []T, wide bool) *format.Table {
	var shown []field[T]
	t := &format.Table{}
	for _, f := range fields {
		if wide || !f.wide {
			shown = append(shown, f)
			t.Columns = append(t.Columns, f.Column)
		}
	}
	t.Rows = make([][]format.Cell, len(things))
	all := make([]format.Cell, len(things)*len(shown))
	for r, thing := range things {
		t.Rows[r], all = all[:len(shown):len(shown)], all[len(shown):]
		for i, f := range shown {
			t.Rows[r][i] = f.cell(thing)
		}
	}
	return t
}

// worded makes the cell function of a text that means nothing by itself; an empty
// one becomes a dash.
func worded[T any](text func(T) string) func(T) format.Cell {
	return func(thing T) format.Cell {
		s := text(thing)
		if s == "" {
			s = dash
		}
		return format.Cell{Text: s}
	}
}

// facts is a table of name and value without header. Facts without a value are
// left out.
func facts(pairs ...[2]string) *format.Table {
	t := &format.Table{Columns: make([]format.Column, 2)}
	for _, p := range pairs {
		if p[1] != "" {
			t.Rows = append(t.Rows, []format.Cell{{Text: p[0], Tone: format.Faint}, {Text: p[1]}})
		}
	}
	return t
}
