package format

// View is a report in a form that every format can write. Its methods are called
// on demand, so that a report of ten thousand workloads computes only what the
// format at hand shows.
type View interface {
	// Blocks is what people read, top to bottom; with wide, everything that is
	// known. The caller may change what it gets.
	Blocks(wide bool) []Block
	// Data is what machines read: a structure of package wire, or anything that JSON can hold.
	Data() any
	// Names are the resources that the report is about, one per line of -o name,
	// in a form that describe takes back as an argument.
	Names() []string
}

// Paged is a View whose page says more than its screen.
type Paged interface {
	View
	// Page is what -o markdown writes.
	Page() []Block
}

// Block is one paragraph: a title, a table, lines, prose, points, an example, each
// optional, in this order. Blocks are separated by an empty line. The zero Block
// shows nothing.
type Block struct {
	Title string
	Table *Table
	// Lines are shown as they are, Prose is wrapped to the terminal, or to Wrap
	// columns where that is set and narrower.
	Lines  []string
	Prose  []string
	Points []Point
	// Links is true where points that are addresses lead there: those of the tool's own
	// documentation.
	Links bool
	// Example is YAML, or whatever else must not be touched; Language is what it is where
	// it is no YAML: "sh", "promql".
	Example  string
	Language string
	// Level is how many levels the title stands below those of other blocks; -1 is the
	// title of a whole page. Only a page has levels.
	Level int
	// Indent is how many spaces stand left of everything but the title.
	Indent int
	// Hang is how much further prose, points and example stand to the right.
	Hang int
	Wrap int
}

// Point is one line of a list; Term may be empty.
type Point struct{ Term, Text string }

// Table is rows under columns. Every row has a cell for every column.
type Table struct {
	Columns []Column
	Rows    [][]Cell
	// Continued is true where all columns are alike but the first: those that a terminal has no
	// room for stand in a further table below, each of them with the first column.
	Continued bool
}

// Column describes one column. The zero Column has no header, is always shown
// and repeats its cells.
type Column struct {
	// Head is the header. A table whose columns have none has no header line.
	Head string
	// Drop is when the column goes on a narrow terminal: 0 never, else the
	// highest first.
	Drop int
	// Below marks a column of the answer itself: where it would go, its cells stand in a line of
	// their own, each below its row.
	Below bool
	// Short is a shorter text than that of a row's cell, for where there is no room; nil for none.
	Short func(row []Cell, text string) string
	// Group marks a column whose cell is left empty when it, and every Group
	// column left of it, repeats the row above.
	Group bool
}

// Cell is a text and what it means. Text never holds a line break.
type Cell struct {
	Text string
	Tone Tone
	// Prose marks a sentence, which a narrow terminal may cut at its end.
	Prose bool
}

// Tone is what a cell means, for formats that can show it. Nothing may be
// understandable by its tone alone. The zero Tone is Plain.
type Tone uint8

const (
	// Plain says nothing.
	Plain Tone = iota
	// Good is as it should be: STRICT.
	Good
	// Attention deserves a look: PERMISSIVE, unknown.
	Attention
	// Warning is open: DISABLE, NONE.
	Warning
	// Faint is context.
	Faint
	// Strong is a title.
	Strong
)
