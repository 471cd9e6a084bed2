package format

import "slices"

// continued are the parts of a table that is Continued, each as wide as the terminal has room for
// and with one column at least besides the first; other tables are one part.
func continued(t *Table, limit int) []*Table {
	if !t.Continued || limit <= 0 || len(t.Columns) < 3 {
		return []*Table{t}
	}
	widths := (&layout{columns: t.Columns, rows: t.Rows, header: true}).measured()
	var parts []*Table
	for from := 1; from < len(t.Columns); {
		to, sum := from+1, widths[0]+gap+widths[from]
		for to < len(t.Columns) && sum+gap+widths[to] <= limit {
			sum += gap + widths[to]
			to++
		}
		part := &Table{Columns: append(slices.Clone(t.Columns[:1]), t.Columns[from:to]...)}
		for _, row := range t.Rows {
			part.Rows = append(part.Rows, append(slices.Clone(row[:1]), row[from:to]...))
		}
		parts, from = append(parts, part), to
	}
	return parts
}

func (l *layout) measured() []int {
	l.measure()
	return l.widths
}
