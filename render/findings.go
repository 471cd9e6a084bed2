package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// Findings is the report of analyze, made of its wire form, so that one that was saved
// looks like one that was just made.
type Findings struct {
	Report *wire.Report
	// Checks document the codes for formats that carry it along.
	Checks []*analyze.Check
}

// Blocks implements View: findings by namespace, the worst first, then what was
// looked at.
func (v Findings) Blocks(wide bool) []format.Block { return v.blocks(wide, baseOf(&v.Report.Scope)) }

// Page implements Paged: a page is read elsewhere, so that its paths are whole.
func (v Findings) Page() []format.Block { return v.blocks(false, "") }

func (v Findings) blocks(wide bool, b base) []format.Block {
	var blocks []format.Block
	namespace, first := "", true
	for i := range v.Report.Items {
		f := &v.Report.Items[i]
		if first || namespaceOf(f) != namespace {
			namespace, first = namespaceOf(f), false
			blocks = append(blocks, format.Block{Title: orWord(namespace, "cluster-wide")})
		}
		blocks = append(blocks, v.finding(f, wide, b))
	}
	if wide && len(v.Report.Hidden) > 0 {
		blocks = append(blocks, v.hidden(b))
	}
	if len(v.Report.Gone) > 0 {
		blocks = append(blocks, v.gone(wide))
	}
	return append(blocks, format.Block{Lines: v.summary(wide)})
}

// finding is a head with the object and the place, and below it the sentence and
// the fix.
func (v Findings) finding(f *wire.FindingItem, wide bool, b base) format.Block {
	head := &format.Table{Columns: []format.Column{{}, {}, {}, {}}, Rows: [][]format.Cell{{
		severityCell(f.Severity), {Text: f.Code}, {Text: aboutFinding(f), Tone: format.Strong}, {Text: b.of(placedAt(f.Position)), Tone: format.Faint},
	}}}
	head.Rows[0][0].Text = fmt.Sprintf("%-7s", f.Severity)
	prose := []string{findingText(f)}
	if len(f.Same) > 0 {
		prose = append(prose, "same cause: "+sameText(f.Same, wide, b))
	}
	prose = append(prose, "fix: "+f.Fix)
	if wide && len(f.Involved) > 0 {
		prose = append(prose, "involved: "+refs(objectsOf(f.Involved)))
	}
	if wide {
		prose = append(prose, "fingerprint: "+f.Fingerprint)
	}
	block := format.Block{Table: head, Indent: 2, Prose: prose, Hang: 9}
	if wide {
		block.Example = repair(f.Repair)
	}
	return block
}

// summary says what was hidden, what was not looked at and why, and at the end what was found.
func (v Findings) summary(wide bool) []string {
	lines := v.hiddenLines(wide)
	lines = append(lines, v.notRun(wide)...)
	if len(v.Report.Items) > 0 {
		lines = append(lines, "details: mtlsctl explain "+v.Report.Items[0].Code)
	}
	return append(lines, v.found())
}

// found counts what was found and what it was found in, and says first what is missing.
func (v Findings) found() string {
	objects := 0
	for _, n := range v.Report.Scope.Objects {
		objects += n
	}
	known := 0
	for i := range v.Report.Items {
		if v.Report.Items[i].Known {
			known++
		}
	}
	text := v.Report.Totals.String()
	if known > 0 {
		text += fmt.Sprintf(", %d of them not new,", known)
	}
	text += fmt.Sprintf(" in %s of %s", count(objects, "object"), v.readFrom())
	if missing := missingText(v.Report.Missing); missing != "" {
		return missing + "; " + text
	}
	return text
}

// readFrom is what the objects were read of.
func (v Findings) readFrom() string {
	if v.Report.Scope.Cluster.Name != "" {
		return "cluster " + v.Report.Scope.Cluster.Name
	}
	return count(v.Report.Scope.Files, "file")
}

// notRun counts the checks that could not look, by reason, and those that do not apply.
func (v Findings) notRun(wide bool) []string {
	byReason := map[string][]string{}
	var reasons []string
	for _, s := range v.Report.Skipped {
		if byReason[s.Because] == nil {
			reasons = append(reasons, s.Because)
		}
		byReason[s.Because] = append(byReason[s.Because], s.Code)
	}
	var lines []string
	for _, because := range reasons {
		lines = append(lines, checksLine(byReason[because], "skipped: "+because, wide))
	}
	var idle []string
	for _, s := range v.Report.NotApplicable {
		idle = append(idle, s.Code)
	}
	if len(idle) > 0 {
		lines = append(lines, checksLine(idle, "not applicable", wide))
	}
	return lines
}

func checksLine(codes []string, text string, wide bool) string {
	text = count(len(codes), "check") + " " + text
	if wide {
		text += " (" + strings.Join(codes, ", ") + ")"
	}
	return text
}

// Data implements View: a Report.
func (v Findings) Data() any { return v.Report }

// Names implements View: the objects with findings, each once.
func (v Findings) Names() []string {
	var names []string
	seen := map[wire.Ref]bool{}
	add := func(r wire.Ref) {
		if !seen[r] {
			seen[r] = true
			names = append(names, resourceName(objectOf(r)))
		}
	}
	for i := range v.Report.Items {
		add(v.Report.Items[i].Object)
		for _, s := range v.Report.Items[i].Same {
			add(s.Object)
		}
	}
	return names
}

func severityCell(s string) format.Cell {
	tone := format.Plain
	switch s {
	case analyze.Error.String():
		tone = format.Warning
	case analyze.Warning.String():
		tone = format.Attention
	}
	return format.Cell{Text: s, Tone: tone}
}

func orWord(s, word string) string {
	if s == "" {
		return word
	}
	return s
}
