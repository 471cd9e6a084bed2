package format

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// githubFormat is -o github: workflow commands, which GitHub shows beside the lines of a
// pull request.
type githubFormat struct{}

// githubLevels are the commands for severities.
var githubLevels = map[string]string{"error": "error", "warning": "warning", "info": "notice"}

// Format implements Format. The gravest come first: GitHub shows ten of each kind per step.
func (githubFormat) Format(b *bytes.Buffer, v View, o Options) error {
	c, err := placedCases(v, "github", o)
	if err != nil {
		return err
	}
	c.shown()
	found := slices.Clone(c.Found)
	slices.SortStableFunc(found, func(x, y Case) int { return rank(y.Level) - rank(x.Level) })
	for i := range found {
		f := &found[i]
		text := f.Says()
		if f.Fix != "" {
			text += "\nfix: " + f.Fix
		}
		annotate(b, f, f.Position, text)
		for j := range f.Same[:min(len(f.Same), maxPlaces)] { // the line that a change touches may be one of these
			p := &f.Same[j]
			if p.Position.File != "" {
				annotate(b, f, p.Position, p.Object.String()+": same cause as "+f.Name)
			}
		}
	}
	if c.HiddenNote != "" {
		fmt.Fprintf(b, "::notice title=mtlsctl::%s\n", data(c.HiddenNote))
	}
	b.WriteString(c.Summary + "\n")
	return nil
}

// annotate writes one command.
func annotate(b *bytes.Buffer, f *Case, at resolve.Position, text string) {
	var properties []string
	if at.File != "" {
		properties = append(properties, "file="+property(at.File), fmt.Sprintf("line=%d", max(at.Line, 1)))
	}
	properties = append(properties, "title="+property(strings.TrimSpace(f.Code+" "+f.Name)))
	level := githubLevels[f.Level]
	if f.Known {
		level = "notice"
	}
	fmt.Fprintf(b, "::%s %s::%s\n", level, strings.Join(properties, ","), data(text))
}

func rank(level string) int {
	s, _ := analyze.ParseSeverity(level)
	return int(s)
}

// The escapes of workflow commands, as the runner takes them back.
var (
	dataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func data(s string) string { return dataEscapes.Replace(s) }

func property(s string) string { return propertyEscapes.Replace(s) }
