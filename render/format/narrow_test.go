package format

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type oneTable struct{ *Table }

func (v oneTable) Blocks(bool) []Block {
	t := &Table{Columns: v.Columns, Continued: v.Continued}
	for _, row := range v.Rows {
		t.Rows = append(t.Rows, append([]Cell{}, row...))
	}
	return []Block{{Table: t}}
}
func (v oneTable) Data() any       { return nil }
func (v oneTable) Names() []string { return nil }

func cells(words ...string) []Cell {
	row := make([]Cell, len(words))
	for i, w := range words {
		row[i].Text = w
	}
	return row
}

// TestNarrow: the answer stays at any width, first by a shorter text, then below its row; what
// goes is named once.
func TestNarrow(t *testing.T) {
	t.Parallel()
	table := &Table{
		Columns: []Column{{Head: "NAME"}, {Head: "MODE"}, {Head: "EXTRA", Drop: 5}, {Head: "BY", Drop: 2, Below: true, Short: func(row []Cell, text string) string { return text[len(row[0].Text):] }}},
		Rows:    [][]Cell{cells("shop", "STRICT", "something else", "shop/default"), cells("pay", "NONE", "more", "pay/-")},
	}
	for _, c := range []struct {
		width int
		want  string
	}{
		{0, "NAME  MODE    EXTRA           BY\nshop  STRICT  something else  shop/default\npay   NONE    more            pay/-\n"},
		{30, "NAME  MODE    BY\nshop  STRICT  shop/default\npay   NONE    pay/-\n\nnot shown in 30 columns: EXTRA\n"},
		{22, "NAME  MODE    BY\nshop  STRICT  /default\npay   NONE    /-\n\nnot shown in 22 columns: EXTRA\n"},
		{16, "NAME  MODE\nshop  STRICT\n    shop/default\npay   NONE\n    pay/-\n\nnot shown in 16 columns: EXTRA\n"},
	} {
		var b bytes.Buffer
		if err := Write(&b, text{}, oneTable{table}, Options{Width: c.width}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, b.String()); diff != "" {
			t.Errorf("width %d (-want +got)\n%s", c.width, diff)
		}
	}
}

// TestContinued: all columns of a matrix are there, each with the first.
func TestContinued(t *testing.T) {
	t.Parallel()
	table := &Table{
		Continued: true, Columns: []Column{{Head: "FROM"}, {Head: "a"}, {Head: "b"}, {Head: "c"}},
		Rows: [][]Cell{cells("shop", "M1", "M2", "M3")},
	}
	for width, want := range map[int]string{
		0:  "FROM  a   b   c\nshop  M1  M2  M3\n",
		12: "FROM  a   b\nshop  M1  M2\n\nFROM  c\nshop  M3\n",
		3:  "FROM  a\nshop  M1\n\nFROM  b\nshop  M2\n\nFROM  c\nshop  M3\n",
	} {
		var b bytes.Buffer
		if err := Write(&b, text{}, oneTable{table}, Options{Width: width}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("width %d (-want +got)\n%s", width, diff)
		}
	}
}
