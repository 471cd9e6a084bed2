package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
)

// Findings is the report of analyze, made of its wire form, so that one that was saved
// looks like one that was just made.
type Findings struct {
	Report *Report
	// Checks document the codes for formats that carry it along.
	Checks []*analyze.Check
}

// Blocks implements View: findings by namespace, the worst first, then what was
// looked at.
func (v Findings) Blocks(wide bool) []Block { return v.blocks(wide, v.Report.Scope.base()) }

// Page implements Paged: a page is read elsewhere, so that its paths are whole.
func (v Findings) Page() []Block { return v.blocks(false, "") }

func (v Findings) blocks(wide bool, b base) []Block {
	var blocks []Block
	namespace, first := "", true
	for i := range v.Report.Items {
		f := &v.Report.Items[i]
		if first || f.namespace() != namespace {
			namespace, first = f.namespace(), false
			blocks = append(blocks, Block{Title: orWord(namespace, "cluster-wide")})
		}
		blocks = append(blocks, v.finding(f, wide, b))
	}
	if wide && len(v.Report.Hidden) > 0 {
		blocks = append(blocks, v.hidden(b))
	}
	if len(v.Report.Gone) > 0 {
		blocks = append(blocks, v.gone(wide))
	}
	return append(blocks, Block{Lines: v.summary(wide)})
}

// finding is a head with the object and the place, and below it the sentence and
// the fix.
func (v Findings) finding(f *FindingItem, wide bool, b base) Block {
	head := &Table{Columns: []Column{{}, {}, {}, {}}, Rows: [][]Cell{{
		severityCell(f.Severity), {Text: f.Code}, {Text: f.about(), Tone: Strong}, {Text: b.of(f.Position.position()), Tone: Faint},
	}}}
	head.Rows[0][0].Text = fmt.Sprintf("%-7s", f.Severity)
	prose := []string{f.sentence(), "fix: " + f.Fix}
	if wide && len(f.Involved) > 0 {
		prose = append(prose, "involved: "+refs(namedBy(f.Involved)))
	}
	if wide {
		prose = append(prose, "fingerprint: "+f.Fingerprint)
	}
	block := Block{Table: head, Indent: 2, Prose: prose, Hang: 9}
	if wide {
		block.Example = repair(f.Repair)
	}
	return block
}

// summary counts what was found, what was looked at, and what could not be.
func (v Findings) summary(wide bool) []string {
	objects := 0
	for _, n := range v.Report.Scope.Objects {
		objects += n
	}
	lines := []string{fmt.Sprintf("%s in %s of %s", v.Report.Totals.words(), count(objects, "object"), v.readFrom())}
	lines = append(lines, v.hiddenLines(wide)...)
	lines = append(lines, v.skipped(wide)...)
	if len(v.Report.Items) > 0 {
		lines = append(lines, "mtlsctl explain "+v.Report.Items[0].Code+" tells more")
	}
	return lines
}

// words are the counts: "2 errors, 1 warning".
func (t FindingTotals) words() string {
	var counts []string
	for _, c := range []struct {
		n    int
		noun string
	}{{t.Error, "error"}, {t.Warning, "warning"}, {t.Info, "note"}} {
		if c.n > 0 {
			counts = append(counts, count(c.n, c.noun))
		}
	}
	if len(counts) == 0 {
		return "nothing found"
	}
	return strings.Join(counts, ", ")
}

// readFrom is what the objects were read of.
func (v Findings) readFrom() string {
	if v.Report.Scope.Cluster.Name != "" {
		return "cluster " + v.Report.Scope.Cluster.Name
	}
	return count(v.Report.Scope.Files, "file")
}

// skipped says which checks could not look, by reason; those that lack a kind in one line.
func (v Findings) skipped(wide bool) []string {
	byReason := map[string][]string{}
	var reasons, absent, without []string
	for _, s := range v.Report.Skipped {
		if kind, lacks := lacksKind(s.Because); lacks {
			if absent = append(absent, s.Code); !slices.Contains(without, kind) {
				without = append(without, kind)
			}
			continue
		}
		if byReason[s.Because] == nil {
			reasons = append(reasons, s.Because)
		}
		byReason[s.Because] = append(byReason[s.Because], s.Code)
	}
	var lines []string
	if len(absent) > 0 {
		lines = append(lines, skippedLine(absent, "no "+strings.Join(without, ", no ")+" in the input", wide))
	}
	for _, because := range reasons {
		lines = append(lines, skippedLine(byReason[because], because, wide))
	}
	return lines
}

// lacksKind is the kind that a reason says the input has none of.
func lacksKind(because string) (kind string, ok bool) {
	kind, no := strings.CutPrefix(because, "no ")
	kind, here := strings.CutSuffix(kind, " in the input")
	return kind, no && here
}

func skippedLine(codes []string, because string, wide bool) string {
	text := fmt.Sprintf("%s skipped: %s", count(len(codes), "check"), because)
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
	seen := map[Ref]bool{}
	for _, f := range v.Report.Items {
		if !seen[f.Object] {
			seen[f.Object] = true
			names = append(names, resourceName(f.Object.ref()))
		}
	}
	return names
}

func severityCell(s string) Cell {
	tone := Plain
	switch s {
	case analyze.Error.String():
		tone = Warning
	case analyze.Warning.String():
		tone = Attention
	}
	return Cell{Text: s, Tone: tone}
}

func orWord(s, word string) string {
	if s == "" {
		return word
	}
	return s
}
