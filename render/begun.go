package render

import (
	"fmt"
	"slices"

	"github.com/mtlsctl/mtlsctl/render/format"
)

// Begun is a report for a terminal: a table of more rows than a person reads begins with a
// summary and ends early.
type Begun struct {
	format.View
	// Summary is asked for only where it is shown.
	Summary func() Namespaces
}

// manyRows is the size up to which a table is shown as it is, firstRows what is shown of a longer
// one.
const manyRows, firstRows = 200, 40

// Blocks implements View.
func (v Begun) Blocks(wide bool) []format.Block {
	blocks := v.View.Blocks(wide)
	i := slices.IndexFunc(blocks, func(b format.Block) bool { return b.Table != nil && len(b.Table.Rows) > manyRows })
	if i < 0 {
		return blocks
	}
	table := *blocks[i].Table
	blocks[i].Table = &table
	all := len(table.Rows)
	table.Rows = table.Rows[:firstRows]
	cut := fmt.Sprintf("the first %d of %d rows are shown. See all rows through a pipe (add | less), or fewer with -n NAMESPACE", firstRows, all)
	return slices.Concat(v.Summary().Blocks(false)[:1], blocks[:i+1], []format.Block{{Lines: []string{cut}}}, blocks[i+1:])
}
