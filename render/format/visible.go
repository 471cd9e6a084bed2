package format

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// Visible shows a text of somebody else's, such as a name or a server's message, in one line:
// what moves the cursor, hides or reorders other text, ends the line or is no text at all is
// escaped as %q does, and who logs in at a URL is left out. A text that the runner of a pipeline would take for a command is none
// any more.
func Visible(s string) string { return visible(s, false) }

func visible(s string, lines bool) string {
	s = public.WithoutUser(s)
	if harmless(s, lines) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case r == '\n' && lines, r == '\t' && lines:
			b.WriteRune(r)
		case hides(r):
			b.WriteString(escaped(r))
		default:
			b.WriteString(s[:size])
		}
		s = s[size:]
	}
	return noCommands(b.String(), lines)
}

// noCommands is noCommand for each line.
func noCommands(s string, lines bool) string {
	if !lines {
		return noCommand(s)
	}
	all := strings.Split(s, "\n")
	for i := range all {
		all[i] = noCommand(all[i])
	}
	return strings.Join(all, "\n")
}

// harmless reports a text that is shown as it is: most are.
func harmless(s string, lines bool) bool {
	moving := movingText
	if lines {
		moving = movingLines
	}
	ascii := utf8.RuneCountInString(s) == len(s) && utf8.ValidString(s)
	return ascii && !strings.ContainsAny(s, moving) && !strings.Contains(s, "::") && !strings.Contains(s, "##[")
}

// movingText are the control characters of ASCII, movingLines those but for the ones that
// text of several lines has.
var (
	movingText  = movingBut("")
	movingLines = movingBut("\n\t")
)

func movingBut(kept string) string {
	all := []byte{0x7f}
	for c := byte(0); c < ' '; c++ {
		if strings.IndexByte(kept, c) < 0 {
			all = append(all, c)
		}
	}
	return string(all)
}

// hides reports a character that does not show itself, or changes how others show.
func hides(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs) ||
		r == '\u115f' || r == '\u1160' || r == '\u3164' || r == '\uffa0' // fillers, which look like spaces
}

func escaped(r rune) string {
	quoted := fmt.Sprintf("%+q", r)
	return quoted[1 : len(quoted)-1]
}

// noCommand takes from a text what makes it a workflow command of a pipeline: "::" at its
// beginning, "##[" anywhere.
func noCommand(s string) string {
	if strings.HasPrefix(strings.TrimLeft(s, " \t"), "::") {
		s = strings.Replace(s, "::", `\::`, 1)
	}
	return strings.ReplaceAll(s, "##[", `##\[`)
}

// shown makes the texts of blocks visible, for every format that people read.
func shown(blocks []Block) []Block {
	for i := range blocks {
		b := &blocks[i]
		b.Title, b.Example = Visible(b.Title), visible(b.Example, true)
		showAll(b.Lines)
		showAll(b.Prose)
		for j := range b.Points {
			b.Points[j].Term, b.Points[j].Text = Visible(b.Points[j].Term), Visible(b.Points[j].Text)
		}
		if b.Table == nil {
			continue
		}
		for _, row := range b.Table.Rows {
			for j := range row {
				row[j].Text = Visible(row[j].Text)
			}
		}
	}
	return blocks
}

func showAll(list []string) {
	for i := range list {
		list[i] = Visible(list[i])
	}
}

// shown makes the texts of a case visible.
func (c *Case) shown() {
	for _, text := range []*string{
		&c.Group, &c.Name, &c.Message, &c.Fix, &c.Object.Namespace, &c.Object.Name, &c.Field, &c.Cluster, &c.Position.File, &c.Reason,
	} {
		*text = Visible(*text)
	}
	c.Object.Kind = resolve.Kind(Visible(string(c.Object.Kind)))
	for i := range c.Same {
		p := &c.Same[i]
		for _, text := range []*string{&p.Object.Namespace, &p.Object.Name, &p.Field, &p.Message, &p.Position.File} {
			*text = Visible(*text)
		}
		p.Object.Kind = resolve.Kind(Visible(string(p.Object.Kind)))
	}
	c.Detail = visible(c.Detail, true)
}

// shown makes all cases visible, for formats that people read or that cannot hold every
// character.
func (c *Cases) shown() {
	for _, list := range [][]Case{c.Found, c.Hidden, c.Good, c.Skipped} {
		for i := range list {
			list[i].shown()
		}
	}
	c.Summary, c.HiddenNote = Visible(c.Summary), Visible(c.HiddenNote)
}
