package format

import (
	"bytes"
	"strings"
)

// text is -o table and -o wide: the blocks of a View for people.
type text struct{ wide bool }

// Format implements Format.
func (f text) Format(b *bytes.Buffer, v View, o Options) error {
	colors := newPalette(o.Color)
	blocks := o.blocks(v, f.wide)
	for i, block := range blocks {
		if i > 0 {
			b.WriteByte('\n')
		}
		if err := writeBlock(b, block, colors, o, len(blocks) > gridBlocks); err != nil {
			return err
		}
	}
	return nil
}

func writeBlock(b *bytes.Buffer, block Block, colors palette, o Options, many bool) error {
	if block.Title != "" {
		b.WriteString(colors.paint(Cell{Text: block.Title, Tone: Strong}) + "\n")
	}
	if block.Table != nil {
		l := newLayout(block.Table, block.Indent, o)
		l.colors, l.many = colors, many
		if err := l.write(b); err != nil {
			return err
		}
	}
	for _, line := range block.Lines {
		b.WriteString(strings.TrimRight(strings.Repeat(" ", block.Indent)+line, " ") + "\n")
	}
	writeProse(b, block, o)
	return nil
}
