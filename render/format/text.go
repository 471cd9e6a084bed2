package format

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// text is -o table and -o wide: the blocks of a View for people.
type text struct{ wide bool }

// Format implements Format.
func (f text) Format(b *bytes.Buffer, v View, o Options) error {
	colors := newPalette(o.Color)
	blocks := o.blocks(v, f.wide)
	w := textWriter{b, colors, o, len(blocks) > gridBlocks, nil}
	for i, block := range blocks {
		if i > 0 {
			b.WriteByte('\n')
		}
		if err := w.block(block); err != nil {
			return err
		}
	}
	w.sayHidden()
	return nil
}

// textWriter writes the blocks of one report.
type textWriter struct {
	*bytes.Buffer
	colors palette
	o      Options
	many   bool
	// hidden are the heads of the columns that a narrow terminal has no room for.
	hidden []string
}

// sayHidden names, once for all tables, the columns that are not there.
func (w *textWriter) sayHidden() {
	if len(w.hidden) > 0 {
		text := fmt.Sprintf("not shown in %d columns: %s", w.o.Width, strings.Join(w.hidden, ", "))
		w.WriteString("\n" + w.colors.paint(Cell{Text: text, Tone: Faint}) + "\n")
	}
}

func (w *textWriter) table(t *Table, indent int) error {
	for i, part := range continued(t, w.o.Width) {
		if i > 0 {
			w.WriteByte('\n')
		}
		l := newLayout(part, indent, w.o)
		l.colors, l.many = w.colors, w.many
		if err := l.write(w.Buffer); err != nil {
			return err
		}
		for _, head := range l.hidden {
			if head != "" && !slices.Contains(w.hidden, head) {
				w.hidden = append(w.hidden, head)
			}
		}
	}
	return nil
}

func (w *textWriter) block(block Block) error {
	b, o := w.Buffer, w.o
	if block.Title != "" {
		b.WriteString(w.colors.paint(Cell{Text: block.Title, Tone: Strong}) + "\n")
	}
	if block.Table != nil {
		if err := w.table(block.Table, block.Indent); err != nil {
			return err
		}
	}
	for _, line := range block.Lines {
		b.WriteString(strings.TrimRight(strings.Repeat(" ", block.Indent)+line, " ") + "\n")
	}
	writeProse(b, block, o)
	return nil
}
