package format

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWritersAgree: the column writer for large tables and tablewriter for the
// others yield the same bytes.
func TestWritersAgree(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		table := randomTable(r)
		o := Options{Width: []int{0, 0, 40, 80}[r.IntN(4)], NoHeaders: r.IntN(4) == 0}
		colors := newPalette(r.IntN(2) == 0)
		var grid, columns bytes.Buffer
		l := newLayout(copied(table), r.IntN(4), o)
		l.colors = colors
		l.writeColumns(&columns)
		if err := l.writeGrid(&grid); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(grid.String(), columns.String()); diff != "" {
			t.Fatalf("seed %d: (-grid +columns)\n%s", seed, diff)
		}
		for line := range strings.Lines(columns.String()) {
			if strings.HasSuffix(line, " \n") {
				t.Fatalf("seed %d: line ends in a space: %q", seed, line)
			}
		}
	}
}

var texts80 = []string{"", "-", "x", "deploy/web", "namespace shop/default", "größe", "日本語", "a b  c", "0", "no sidecar: the namespace has no label that says so"}

func randomTable(r *rand.Rand) *Table {
	t := &Table{}
	headless := r.IntN(4) == 0
	for i := range 1 + r.IntN(8) {
		c := Column{Drop: r.IntN(4), Group: i < 2 && r.IntN(2) == 0}
		if !headless {
			c.Head = fmt.Sprintf("HEAD%d", i)
		}
		t.Columns = append(t.Columns, c)
	}
	for range 1 + r.IntN(12) {
		row := make([]Cell, len(t.Columns))
		for i := range row {
			row[i] = Cell{Text: texts80[r.IntN(len(texts80))], Tone: Tone(r.IntN(int(Strong) + 1)), Prose: r.IntN(3) == 0}
		}
		t.Rows = append(t.Rows, row)
	}
	for i := range t.Rows[0] {
		t.Rows[0][i].Text = "x" // of a table without any text tablewriter prints nothing
	}
	return t
}

func copied(t *Table) *Table {
	c := &Table{Columns: slices.Clone(t.Columns)}
	for _, row := range t.Rows {
		c.Rows = append(c.Rows, slices.Clone(row))
	}
	return c
}

// TestBlank: a repeated cell is empty only where the cells left of it repeat too.
func TestBlank(t *testing.T) {
	t.Parallel()
	table := &Table{Columns: []Column{{Group: true}, {Group: true}, {}}}
	for _, row := range []string{"a web 1", "a web 2", "b web 2", "b api 2", "b api 2"} {
		cells := []Cell{}
		for _, word := range strings.Fields(row) {
			cells = append(cells, Cell{Text: word})
		}
		table.Rows = append(table.Rows, cells)
	}
	want := "a  web  1\n        2\nb  web  2\n   api  2\n        2\n"
	if got := written(t, table, Options{}); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestFit: sentences are cut before columns go, the least important first, names
// never.
func TestFit(t *testing.T) {
	t.Parallel()
	table := &Table{
		Columns: []Column{{Head: "NAME"}, {Head: "EXTRA", Drop: 2}, {Head: "WHY", Drop: 1}},
		Rows: [][]Cell{
			{{Text: "deploy/web"}, {Text: "extraordinary"}, {Text: "because nobody ever said otherwise", Prose: true}},
			{{Text: "deploy/api"}, {Text: "x"}, {Text: "namespace shop/default"}},
		},
	}
	for limit, want := range map[int]string{
		0:  "because nobody ever said otherwise",
		61: "deploy/web  extraordinary  because nobody ever said otherwise\n",
		60: "deploy/web  extraordinary  because nobody ever said otherwi…\n",
		51: "deploy/web  extraordinary  because nobody ever sai…\n",
		50: "deploy/web  because nobody ever said otherwise\n",
		36: "deploy/web  because nobody ever sai…\n",
		35: "deploy/web  extraordinary\n", // WHY is gone and has made room
		24: "NAME\ndeploy/web\ndeploy/api\n",
		3:  "NAME\ndeploy/web\ndeploy/api\n",
	} {
		got := written(t, copied(table), Options{Width: limit})
		if !strings.Contains(got, want) {
			t.Errorf("width %d:\n%slacks %q", limit, got, want)
		}
	}
}

func written(t *testing.T, table *Table, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := newLayout(table, 0, o).write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
