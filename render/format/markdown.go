package format

import (
	"bytes"
	"cmp"
	"strings"
)

// markdown is -o markdown: the blocks of a View for a page or a pull request.
type markdown struct{}

// Format implements Format.
func (markdown) Format(b *bytes.Buffer, v View, o Options) error {
	blocks := o.blocks(v, false)
	if page, ok := v.(Paged); ok {
		blocks = o.named(page.Page())
	}
	for i, block := range blocks {
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
		parts = append(parts, strings.Repeat("#", 2+block.Level)+" "+escape(block.Title)+"\n")
	}
	if block.Table != nil && len(block.Table.Rows) > 0 {
		parts = append(parts, markdownRows(block.Table))
	}
	for _, text := range append(append([]string{}, block.Lines...), block.Prose...) {
		parts = append(parts, escape(strings.Join(strings.Fields(text), " "))+"\n")
	}
	if len(block.Points) > 0 {
		parts = append(parts, markdownPoints(block.Points, block.Links))
	}
	if block.Example != "" {
		marks := fence(block.Example)
		parts = append(parts, marks+cmp.Or(block.Language, "yaml")+"\n"+strings.TrimRight(block.Example, "\n")+"\n"+marks+"\n")
	}
	b.WriteString(strings.Join(parts, "\n"))
}

// markdownRows is a table, or a list where no column has a header: facts and
// heads of findings.
func markdownRows(t *Table) string {
	if headed(t) {
		return markdownTable(t)
	}
	var b strings.Builder
	for _, row := range t.Rows {
		b.WriteString("- ")
		for i, cell := range row {
			text := escape(strings.TrimSpace(cell.Text))
			switch {
			case text == "":
			case i == 0:
				b.WriteString("**" + text + "**")
			default:
				b.WriteString(" " + text)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
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

// markdownPoints is a list; points without a term belong to the one above that
// has one.
func markdownPoints(points []Point, links bool) string {
	var b strings.Builder
	termed := false
	for _, p := range points {
		if p.Term == "" && termed {
			b.WriteString("  ")
		}
		b.WriteString("- ")
		if p.Term != "" {
			termed = true
			b.WriteString("**" + escape(strings.TrimSpace(p.Term)) + "**: ")
		}
		if links && strings.HasPrefix(p.Text, "https://") {
			b.WriteString("<" + p.Text + ">\n")
			continue
		}
		b.WriteString(escape(p.Text) + "\n")
	}
	return b.String()
}

// markdownSpecial are the characters that Markdown would take for markup inside of a sentence or
// a table cell: links, images and addresses too, and names that a forge would notify.
var markdownSpecial = strings.NewReplacer(
	`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "~", `\~`, "[", `\[`, "]", `\]`,
	"&", "&amp;", "<", "&lt;", ">", "&gt;", "://", `:\//`, "www.", `www\.`, "@", "@<!-- -->", "#", `\#`,
)

func escape(s string) string { return markdownSpecial.Replace(s) }

// fence is longer than any that the text has.
func fence(text string) string {
	longest, run := 2, 0
	for _, r := range text {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return strings.Repeat("`", longest+1)
}
