package render

import (
	"bytes"
	"strings"
)

// markdown is -o markdown: the blocks of a View for a page or a pull request.
type markdown struct{}

// Format implements Format.
func (markdown) Format(b *bytes.Buffer, v View, _ Options) error {
	for i, block := range v.Blocks(false) {
		if i > 0 {
			b.WriteByte('\n')
		}
		writeMarkdown(b, block)
	}
	return nil
}

func writeMarkdown(b *bytes.Buffer, block Block) {
	var parts []string
	if block.Title != "" {
		parts = append(parts, "## "+escape(block.Title)+"\n")
	}
	if block.Table != nil && len(block.Table.Rows) > 0 {
		parts = append(parts, markdownTable(block.Table))
	}
	for _, text := range append(append([]string{}, block.Lines...), block.Prose...) {
		parts = append(parts, escape(strings.Join(strings.Fields(text), " "))+"\n")
	}
	if len(block.Points) > 0 {
		parts = append(parts, markdownPoints(block.Points))
	}
	if block.Example != "" {
		parts = append(parts, "```yaml\n"+strings.TrimRight(block.Example, "\n")+"\n```\n")
	}
	b.WriteString(strings.Join(parts, "\n"))
}

func markdownTable(t *Table) string {
	var b strings.Builder
	heads, rules := "|", "|"
	for _, c := range t.Columns {
		heads += " " + c.Head + " |"
		rules += "---|"
	}
	b.WriteString(heads + "\n" + rules + "\n")
	for _, row := range t.Rows {
		b.WriteString("|")
		for _, cell := range row {
			b.WriteString(" " + escape(strings.TrimSpace(cell.Text)) + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func markdownPoints(points []Point) string {
	var b strings.Builder
	for _, p := range points {
		b.WriteString("- ")
		if p.Term != "" {
			b.WriteString("**" + escape(p.Term) + "**: ")
		}
		b.WriteString(escape(p.Text) + "\n")
	}
	return b.String()
}

// markdownSpecial are the characters that Markdown would take for markup inside
// a sentence or a table cell.
var markdownSpecial = strings.NewReplacer("|", "\\|", "*", "\\*", "_", "\\_", "<", "&lt;", "`", "\\`")

func escape(s string) string { return markdownSpecial.Replace(s) }
