package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/diff"
	"github.com/mtlsctl/mtlsctl/analyze/effect"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Diff is the report "what does this change really change".
type Diff struct {
	*diff.Diff
	// Base and Head name the sides as the user did.
	Base, Head string
	BaseScope  wire.Scope
	Scope      wire.Scope
	// Failed is true where the change reaches FailOn, the value of the flag.
	Failed bool
	FailOn string
	// Expand shows every workload and client in a row of its own.
	Expand bool
	// Checks document the codes of findings for formats that carry it along.
	Checks []*analyze.Check
}

// Blocks implements View.
func (v Diff) Blocks(wide bool) []format.Block { return v.saved().Blocks(wide) }

// Cases implements Checked.
func (v Diff) Cases() format.Cases { return v.saved().Cases() }

// saved is the report without what only machines read.
func (v Diff) saved() savedDiff { return savedDiff{v.summed(), v.Checks} }

// savedDiff is a DiffList, of which it may be that only rows, findings and sums are filled.
type savedDiff struct {
	*wire.DiffList
	checks []*analyze.Check
}

// Blocks implements View: what breaks first; then findings; then the counts.
func (v savedDiff) Blocks(wide bool) []format.Block {
	findings, from := v.findings(), baseOf(&v.Scope)
	if len(v.Rows)+len(findings) == 0 {
		return []format.Block{{Lines: v.without()}}
	}
	var blocks []format.Block
	if len(v.Rows) > 0 {
		fields := diffFields(from)
		if len(v.Scope.Environments) > 1 {
			fields = slices.Insert(fields, 0, field[wire.DiffRow]{Column: format.Column{Head: "ENVIRONMENT", Group: true}, cell: worded(func(r wire.DiffRow) string { return r.Environment })})
		}
		blocks = append(blocks, format.Block{Table: tableOf(fields, v.Rows, wide)})
	}
	if len(findings) > 0 {
		fields := findingFields(from)
		if len(v.Scope.Environments) > 1 {
			fields = slices.Insert(fields, 0, field[wire.DiffItem]{Column: format.Column{Head: "ENVIRONMENT", Group: true}, cell: worded(func(f wire.DiffItem) string { return f.Environment })})
		}
		blocks = append(blocks, format.Block{Table: tableOf(fields, findings, wide)})
	}
	return append(blocks, format.Block{Lines: v.summary()})
}

// findings are the items that are findings.
func (v savedDiff) findings() []wire.DiffItem {
	return slices.DeleteFunc(slices.Clone(v.Items), func(i wire.DiffItem) bool { return i.Finding == nil })
}

// diffFields keep what, and what becomes of it, on any terminal.
func diffFields(from base) []field[wire.DiffRow] {
	return []field[wire.DiffRow]{
		{Column: format.Column{Head: "CHANGE", Group: true}, cell: func(r wire.DiffRow) format.Cell {
			if r.Effect == effect.Repaired.String() && r.Is == resolve.VerdictPlaintext.String() {
				return format.Cell{Text: "works, unencrypted", Tone: format.Attention}
			}
			return format.Cell{Text: r.Effect, Tone: effectTones[r.Effect]}
		}},
		{Column: format.Column{Head: "WHAT"}, cell: worded(func(r wire.DiffRow) string { return r.What })},
		{Column: format.Column{Head: "WAS", Drop: 1}, cell: func(r wire.DiffRow) format.Cell { return becomesCell(r.Was) }},
		{Column: format.Column{Head: "IS"}, cell: func(r wire.DiffRow) format.Cell { return becomesCell(r.Is) }},
		{Column: format.Column{Head: "BECAUSE", Drop: 2, Below: true}, cell: func(r wire.DiffRow) format.Cell {
			return format.Cell{Text: orWord(r.Because, dash), Prose: true}
		}},
		{Column: format.Column{Head: "AT", Drop: 3}, cell: worded(func(r wire.DiffRow) string { return from.of(placedAt(r.Position)) })},
	}
}

// becomesCell is a verdict, or a mode that may be settled by a sidecar.
func becomesCell(text string) format.Cell {
	tone := max(verdictTones[text], modeTones[text])
	if strings.HasSuffix(text, "?") {
		tone = format.Attention
	}
	return format.Cell{Text: text, Tone: tone}
}

func findingFields(from base) []field[wire.DiffItem] {
	return []field[wire.DiffItem]{
		{Column: format.Column{Head: "FINDING", Group: true}, cell: func(f wire.DiffItem) format.Cell { return format.Cell{Text: f.Effect} }},
		{Column: format.Column{Head: "SEVERITY"}, cell: func(f wire.DiffItem) format.Cell { return severityCell(f.Finding.Severity) }},
		{Column: format.Column{Head: "CODE"}, cell: worded(func(f wire.DiffItem) string { return f.Finding.Code })},
		{Column: format.Column{Head: "OBJECT"}, cell: worded(func(f wire.DiffItem) string { return objectOf(f.Finding.Object).String() })},
		{Column: format.Column{Head: "AT", Drop: 2}, cell: worded(func(f wire.DiffItem) string { return from.of(placedAt(f.Finding.Position)) })},
		{Column: format.Column{Head: "WHAT", Drop: 1}, cell: func(f wire.DiffItem) format.Cell {
			text := findingText(f.Finding)
			if len(f.Finding.Same) > 0 {
				text += "; same cause: " + sameText(f.Finding.Same, false, from)
			}
			return format.Cell{Text: text, Prose: true}
		}},
	}
}

// effectTones are those of the effects that are not plain.
var effectTones = map[string]format.Tone{
	effect.Breaks.String(): format.Warning, effect.Weaker.String(): format.Attention, effect.Uncertain.String(): format.Attention,
	effect.Repaired.String(): format.Good, effect.Stronger.String(): format.Good,
}

// without is what is said where nothing changes.
func (v savedDiff) without() []string {
	n := v.Totals.ObjectsDifferent
	if n == 0 {
		return []string{"no change: both sides are equal"}
	}
	refs := objectsOf(slices.Concat(v.Objects.Added, v.Objects.Changed, v.Objects.Removed))
	names, verb := firstRefs(refs, 3), "differ"
	if n == 1 {
		verb = "differs"
	}
	return []string{fmt.Sprintf("no effective change: %s %s (%s), and every port, call and finding stays the same", count(n, "object"), verb, names)}
}

func firstRefs(list []resolve.Ref, most int) string {
	text := refs(list[:min(len(list), most)])
	if more := len(list) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// summary counts, the worst first, and says how the run ends.
func (v savedDiff) summary() []string {
	parts := diffParts(&v.Totals)
	if len(parts) == 0 {
		parts = []string{"no port and no call changes"}
	}
	line := strings.Join(parts, ", ")
	if v.Failed {
		line += ": exit 1 (--fail-on " + v.FailOn + ")"
	}
	return append([]string{line}, v.shutOut()...)
}

// shutOut speaks of callers that nobody knows to exist.
func (v savedDiff) shutOut() []string {
	n := len(v.ShutOut.Workloads)
	if n == 0 {
		return nil
	}
	const few = 3
	var names []string
	for i, w := range v.ShutOut.Workloads {
		if i == few {
			names = append(names, fmt.Sprintf("%d more", n-few))
			break
		}
		names = append(names, clientNamed(w, false))
	}
	verb, them := "have", "they do"
	if n == 1 {
		verb, them = "has", "it does"
	}
	return []string{fmt.Sprintf("%s %s no proxy and can no longer call %s: %s (whether %s is unknown)",
		count(n, "workload"), verb, count(v.ShutOut.Ports, "port"), strings.Join(names, ", "), them)}
}

// Names implements View: workloads whose ports change or that are new, and what is
// called, each once.
func (v Diff) Names() []string {
	var names []string
	seen := map[resolve.Ref]bool{}
	add := func(r resolve.Ref) {
		if !seen[r] {
			seen[r] = true
			names = append(names, resourceName(r))
		}
	}
	for i := range v.Calls {
		add(v.Calls[i].Host.Ref)
	}
	for i := range v.Ports {
		add(v.Ports[i].Workload.Ref)
	}
	for _, w := range v.Workloads {
		add(w.Workload.Ref)
	}
	return names
}

// Data implements View: the whole DiffList.
func (v savedDiff) Data() any { return v.DiffList }

// Names implements View: workloads whose ports change or that are new, and what is
// called, each once.
func (v savedDiff) Names() []string {
	var names []string
	seen := map[resolve.Ref]bool{}
	for _, i := range v.Items {
		ref := resolve.Ref{}
		switch {
		case i.Called != nil:
			ref = objectOf(*i.Called)
		case i.Workload != nil:
			ref = objectOf(wire.Ref{Kind: i.Workload.Kind, Namespace: i.Workload.Namespace, Name: i.Workload.Name})
		}
		if !ref.IsZero() && !seen[ref] {
			seen[ref] = true
			names = append(names, resourceName(ref))
		}
	}
	return names
}
