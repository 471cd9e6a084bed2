package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Findings is the report of analyze.
type Findings struct {
	Scope  Scope
	Report *analyze.Report
}

// Blocks implements View: findings by namespace, the worst first, then what was
// looked at.
func (v Findings) Blocks(wide bool) []Block {
	var blocks []Block
	namespace, first := "", true
	for i := range v.Report.Findings {
		f := &v.Report.Findings[i]
		if first || f.Namespace() != namespace {
			namespace, first = f.Namespace(), false
			blocks = append(blocks, Block{Title: orWord(namespace, "cluster-wide")})
		}
		blocks = append(blocks, v.finding(f, wide)...)
	}
	return append(blocks, Block{Lines: v.summary(wide)})
}

// finding is a head with the object and the place, and below it the sentence and
// the fix.
func (v Findings) finding(f *analyze.Finding, wide bool) []Block {
	object := f.Object.String()
	if f.Field != "" {
		object += ", " + shortField(f.Field)
	}
	if f.Cluster != "" {
		object += " (cluster " + f.Cluster + ")"
	}
	head := &Table{Columns: []Column{{}, {}, {}, {}}, Rows: [][]Cell{{
		severityCell(f.Severity), {Text: f.Code}, {Text: object, Tone: Strong}, {Text: v.Scope.base().of(f.Position()), Tone: Faint},
	}}}
	head.Rows[0][0].Text = fmt.Sprintf("%-7s", f.Severity)
	prose := []string{f.Message, "fix: " + f.Fix}
	if f.Confidence != analyze.Certain {
		prose[0] = f.Confidence.String() + ": " + prose[0]
	}
	if wide && len(f.Involved) > 0 {
		prose = append(prose, "involved: "+refs(f.Involved))
	}
	if wide {
		prose = append(prose, "fingerprint: "+f.Fingerprint())
	}
	block := Block{Table: head, Indent: 2, Prose: prose, Hang: 9}
	if wide {
		block.Example = repair(f.Repair)
	}
	return []Block{block}
}

// shortField is a field without the spec that all of them begin with.
func shortField(f resolve.Field) string { return strings.TrimPrefix(string(f), "spec.") }

func refs(list []resolve.Ref) string {
	words := make([]string, len(list))
	for i, r := range list {
		words[i] = r.String()
	}
	return strings.Join(words, ", ")
}

// summary counts what was found, what was looked at, and what could not be.
func (v Findings) summary(wide bool) []string {
	var counts []string
	for s := analyze.Error; ; s-- {
		if n := v.Report.Count(s); n > 0 {
			counts = append(counts, count(n, severityNouns[s]))
		}
		if s == analyze.Info {
			break
		}
	}
	if len(counts) == 0 {
		counts = []string{"nothing found"}
	}
	objects := 0
	for _, n := range v.Scope.Objects {
		objects += n
	}
	lines := []string{fmt.Sprintf("%s in %s of %s", strings.Join(counts, ", "), count(objects, "object"), v.readFrom())}
	lines = append(lines, v.skipped(wide)...)
	if len(v.Report.Findings) > 0 {
		lines = append(lines, "mtlsctl explain "+v.Report.Findings[0].Code+" tells more")
	}
	return lines
}

var severityNouns = map[analyze.Severity]string{analyze.Error: "error", analyze.Warning: "warning", analyze.Info: "note"}

// readFrom is what the objects were read of.
func (v Findings) readFrom() string {
	if v.Scope.Cluster.Name != "" {
		return "cluster " + v.Scope.Cluster.Name
	}
	return count(v.Scope.Files, "file")
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
func (v Findings) Data() any { return newReport(v.Scope, v.Report) }

// Names implements View: the objects with findings, each once.
func (v Findings) Names() []string {
	var names []string
	seen := map[resolve.Ref]bool{}
	for _, f := range v.Report.Findings {
		if !seen[f.Object] {
			seen[f.Object] = true
			names = append(names, resourceName(f.Object))
		}
	}
	return names
}

func severityCell(s analyze.Severity) Cell {
	tone := Plain
	switch s {
	case analyze.Error:
		tone = Warning
	case analyze.Warning:
		tone = Attention
	}
	return Cell{Text: s.String(), Tone: tone}
}

func orWord(s, word string) string {
	if s == "" {
		return word
	}
	return s
}
