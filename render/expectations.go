package render

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// Expectations is the report of mtlsctl test, made of its wire form.
type Expectations struct{ Report *wire.TestReport }

// Blocks implements View: every expectation in its order, what fails with what is so.
func (v Expectations) Blocks(wide bool) []format.Block {
	var blocks []format.Block
	for i := range v.Report.Items {
		e := &v.Report.Items[i]
		if i == 0 || e.Test != v.Report.Items[i-1].Test || e.Position.File != v.Report.Items[i-1].Position.File {
			blocks = append(blocks, format.Block{Title: orWord(e.Test, e.Position.File)})
		}
		blocks = append(blocks, v.expectation(e, wide))
	}
	return inOneTable(append(blocks, format.Block{Lines: []string{v.summary()}}))
}

func (v Expectations) expectation(e *wire.ExpectationItem, wide bool) format.Block {
	word, tone := "holds", format.Good
	if !e.Held {
		word, tone = "fails", format.Warning
	}
	text := e.Expects
	if e.Name != "" {
		text = e.Name + ": " + text
	}
	b := format.Block{Indent: 2, Hang: 7, Table: &format.Table{Columns: []format.Column{{}, {}, {}}, Rows: [][]format.Cell{{
		{Text: word, Tone: tone}, {Text: text, Tone: format.Strong}, {Text: placedAt(e.Position).String(), Tone: format.Faint},
	}}}}
	if e.Says != "" {
		says := e.Says
		if at := placedAt(e.Culprit).String(); at != "" {
			says += " (" + at + ")"
		}
		b.Prose = []string{says}
	}
	return b
}

// inOneTable puts blocks that are one line into the table of the one above.
func inOneTable(blocks []format.Block) []format.Block {
	var out []format.Block
	for _, b := range blocks {
		last := len(out) - 1
		if last >= 0 && b.Table != nil && len(b.Prose) == 0 && out[last].Table != nil && len(out[last].Prose) == 0 {
			out[last].Table.Rows = append(out[last].Table.Rows, b.Table.Rows...)
			continue
		}
		out = append(out, b)
	}
	return out
}

func (v Expectations) summary() string {
	t := v.Report.Totals
	if t.Failed == 0 {
		return fmt.Sprintf("%s, all hold", count(t.Held, "expectation"))
	}
	return fmt.Sprintf("%s: %d hold, %d fail", count(t.Held+t.Failed, "expectation"), t.Held, t.Failed)
}

// Data implements View: a TestReport.
func (v Expectations) Data() any { return v.Report }

// Names implements View: what fails, as sentences.
func (v Expectations) Names() []string {
	var names []string
	for _, e := range v.Report.Items {
		if !e.Held {
			names = append(names, e.Expects)
		}
	}
	return names
}

// Cases implements Checked.
func (v Expectations) Cases() format.Cases {
	c := format.Cases{Title: "mtlsctl test", Summary: v.summary()}
	for i := range v.Report.Items {
		e := &v.Report.Items[i]
		one := format.Case{Group: e.Test, Name: e.Expects, Position: placedAt(e.Position), Object: objectOf(e.By)}
		if e.Name != "" {
			one.Name = e.Name + ": " + one.Name
		}
		if e.Held {
			c.Good = append(c.Good, one)
			continue
		}
		one.Level, one.Fails, one.Message, one.Fingerprint = "error", true, e.Says, expectationFingerprint(e)
		if at := placedAt(e.Culprit).String(); at != "" {
			one.Message += " (" + at + ")"
		}
		c.Found = append(c.Found, one)
	}
	return c
}

// expectationFingerprint survives moved lines and renamed files.
func expectationFingerprint(e *wire.ExpectationItem) string {
	return fingerprint(e.Test, e.Name, e.Expects)
}

// fingerprint names something by its parts.
func fingerprint(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}
