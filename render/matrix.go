package render

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Matrix is the report "who calls whom, namespace by namespace", just made or read back.
type Matrix struct{ *wire.ConnectionMatrix }

// verdictLetters stand for verdicts where there is no room for words.
var verdictLetters = map[string]string{
	resolve.VerdictBroken.String(): "B", resolve.VerdictPlaintext.String(): "P", resolve.VerdictUnknown.String(): "?",
	resolve.VerdictPassthroughTLS.String(): "T", resolve.VerdictMTLS.String(): "M",
}

const matrixLegend = "M mtls, T passthrough-tls, ? unknown, P plaintext, B broken: the worst result of the calls, and its number (P3/12: 3 of 12)"

// Blocks implements View: a row for each namespace that calls, a column for each that is called.
func (v Matrix) Blocks(bool) []format.Block {
	if len(v.Items) == 0 {
		return nothing("no connection to show", func() []string { return v.Notes })
	}
	total := fmt.Sprintf("%s: %s", count(v.Calls.Sum(), "call"), verdictsText(v.Calls))
	if v.Filtered {
		total += " (filtered)"
	}
	return []format.Block{{Table: v.table()}, {Lines: append([]string{total, matrixLegend}, v.Notes...)}}
}

func (v Matrix) table() *format.Table {
	called := v.sides(func(i *wire.MatrixItem) string { return i.To })
	numbered := numbers(called)
	t := &format.Table{Continued: true, Columns: []format.Column{{Head: "FROM \\ TO"}}}
	column := map[string]int{}
	for i, name := range called {
		head := name
		if numbered {
			head = strconv.Itoa(i + 1)
		}
		t.Columns, column[name] = append(t.Columns, format.Column{Head: head}), i+1
	}
	row := map[string][]format.Cell{}
	for _, name := range v.rows(called, numbered) {
		cells := slices.Repeat([]format.Cell{{Text: dash, Tone: format.Faint}}, len(t.Columns))
		cells[0] = format.Cell{Text: name}
		if at := column[name]; numbered && at > 0 {
			cells[0].Text = strconv.Itoa(at) + " " + name
		}
		row[name], t.Rows = cells, append(t.Rows, cells)
	}
	for i := range v.Items {
		item := &v.Items[i]
		row[item.From][column[item.To]] = matrixCell(item)
	}
	return t
}

// rows are the namespaces that call; those that are only called too where a number stands for
// them, which the row's name explains.
func (v Matrix) rows(called []string, numbered bool) []string {
	calling := v.sides(func(i *wire.MatrixItem) string { return i.From })
	if !numbered {
		return calling
	}
	return distinct(append(slices.Clone(calling), called...))
}

func (v Matrix) sides(side func(*wire.MatrixItem) string) []string {
	var names []string
	for i := range v.Items {
		names = append(names, side(&v.Items[i]))
	}
	return distinct(names)
}

// numbers reports that the names of the columns take more room than a terminal of 80 columns has.
func numbers(called []string) bool {
	const room, least = 60, 6
	sum := 0
	for _, name := range called {
		sum += max(len(name), least) + 2
	}
	return sum > room
}

// matrixCell is the worst verdict and how many of the calls have it: "P3/12", "M12".
func matrixCell(i *wire.MatrixItem) format.Cell {
	n, all := i.Calls.Of(i.Verdict), i.Calls.Sum()
	text := verdictLetters[i.Verdict] + strconv.Itoa(n)
	if n != all {
		text += "/" + strconv.Itoa(all)
	}
	return format.Cell{Text: text, Tone: verdictTones[i.Verdict]}
}

// Data implements View: a ConnectionMatrix.
func (v Matrix) Data() any { return v.ConnectionMatrix }

// Names implements View: the namespaces that call.
func (v Matrix) Names() []string {
	var names []string
	for _, name := range v.sides(func(i *wire.MatrixItem) string { return i.From }) {
		names = append(names, resourceName(resolve.Ref{Kind: resolve.KindNamespace, Name: name}))
	}
	return names
}
