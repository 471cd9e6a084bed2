package format

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// csvFormat is -o csv: a line for each thing that is wrong, or the tables of a report that is
// about something else.
type csvFormat struct{}

// csvHead are the columns.
var csvHead = []string{"severity", "code", "confidence", "cluster", "namespace", "kind", "name", "field", "file", "line", "message", "fix", "fingerprint", "hidden_by", "reason"}

// Format implements Format.
func (csvFormat) Format(b *bytes.Buffer, v View, o Options) error {
	checked, ok := v.(Checked)
	if !ok {
		return writeTables(b, o.blocks(v, true), o)
	}
	c := checked.Cases()
	w := csv.NewWriter(b)
	if !o.NoHeaders {
		_ = w.Write(csvHead) // into memory: it cannot fail, and Error tells
	}
	all := append(eachOf(c.Found), c.Hidden...)
	for i := range all {
		f := &all[i]
		line := ""
		if f.Position.Line > 0 {
			line = strconv.Itoa(f.Position.Line)
		}
		_ = w.Write(guarded(f.Level, f.Code, f.Confidence, f.Cluster, f.Object.Namespace, string(f.Object.Kind), f.Object.Name, f.Field, f.Position.File, line, f.Message, f.Fix, f.Fingerprint, f.HiddenBy, f.Reason))
	}
	w.Flush()
	return w.Error()
}

// writeTables writes the tables of a report one after the other, and the lines of one that has
// no table.
func writeTables(b *bytes.Buffer, blocks []Block, o Options) error {
	w := csv.NewWriter(b)
	tables := 0
	for _, block := range blocks {
		if block.Table == nil {
			continue
		}
		if tables++; !o.NoHeaders {
			var head []string
			for _, c := range block.Table.Columns {
				head = append(head, c.Head)
			}
			_ = w.Write(head) // into memory: it cannot fail, and Error tells
		}
		for _, row := range block.Table.Rows {
			cells := texts(row)
			for i := range cells {
				if cells[i] == "-" { // a table's word for none
					cells[i] = ""
				}
			}
			_ = w.Write(guarded(cells...))
		}
	}
	for _, block := range blocks {
		for _, line := range slices.Concat(block.Lines, block.Prose) {
			if tables == 0 {
				_ = w.Write(guarded(line))
			}
		}
	}
	w.Flush()
	return w.Error()
}

// guarded are cells that no spreadsheet takes for a formula: one that begins like it gets an
// apostrophe before it.
func guarded(cells ...string) []string {
	for i, c := range cells {
		c = public.WithoutUser(c)
		cells[i] = c
		if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
			cells[i] = "'" + c
		}
	}
	return cells
}
