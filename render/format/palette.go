package format

import (
	"strings"

	"github.com/fatih/color"
)

// palette holds what to write before and after a text of each Tone. The zero
// palette has no colours.
type palette [Strong + 1]struct{ on, off string }

// newPalette asks the color package once per tone: painting a cell is then two
// string copies. It never touches the package's global switch, which would make
// one report depend on another.
func newPalette(enabled bool) palette {
	var p palette
	if !enabled {
		return p
	}
	attributes := [...][]color.Attribute{
		Good: {color.FgGreen}, Attention: {color.FgYellow}, Warning: {color.FgRed},
		Faint: {color.Faint}, Strong: {color.Bold},
	}
	for tone, a := range attributes {
		if a == nil {
			continue
		}
		c := color.New(a...)
		c.EnableColor()
		p[tone].on, p[tone].off, _ = strings.Cut(c.Sprint("|"), "|")
	}
	return p
}

func (p palette) paint(c Cell) string {
	return p[c.Tone].on + c.Text + p[c.Tone].off
}
