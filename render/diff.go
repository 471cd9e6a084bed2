package render

import (
	"fmt"
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

// Blocks implements View: what breaks first; then findings; then the counts.
func (v Diff) Blocks(wide bool) []format.Block {
	if v.Empty() {
		return []format.Block{{Lines: v.without()}}
	}
	var blocks []format.Block
	if rows := v.rows(); len(rows) > 0 {
		blocks = append(blocks, format.Block{Table: tableOf(diffFields(baseOf(&v.Scope)), rows, wide)})
	}
	if len(v.Findings) > 0 {
		blocks = append(blocks, format.Block{Table: tableOf(findingFields(baseOf(&v.Scope)), v.Findings, wide)})
	}
	return append(blocks, format.Block{Lines: v.summary()})
}

// diffFields keep what, and what becomes of it, on any terminal.
func diffFields(from base) []field[*diffRow] {
	return []field[*diffRow]{
		{Column: format.Column{Head: "CHANGE", Group: true}, cell: func(r *diffRow) format.Cell { return effectCell(r.effect) }},
		{Column: format.Column{Head: "WHAT"}, cell: worded(func(r *diffRow) string { return r.what })},
		{Column: format.Column{Head: "WAS", Drop: 1}, cell: func(r *diffRow) format.Cell { return r.was }},
		{Column: format.Column{Head: "IS"}, cell: func(r *diffRow) format.Cell { return r.is }},
		{Column: format.Column{Head: "BECAUSE", Drop: 2}, cell: func(r *diffRow) format.Cell { return format.Cell{Text: orWord(causeText(r.cause), dash), Prose: true} }},
		{Column: format.Column{Head: "AT", Drop: 3}, cell: worded(func(r *diffRow) string { return from.of(r.cause.Position) })},
	}
}

func findingFields(from base) []field[diff.FindingChange] {
	return []field[diff.FindingChange]{
		{Column: format.Column{Head: "FINDING", Group: true}, cell: func(f diff.FindingChange) format.Cell { return format.Cell{Text: f.Effect.String()} }},
		{Column: format.Column{Head: "SEVERITY"}, cell: func(f diff.FindingChange) format.Cell { return severityCell(f.Finding.Severity.String()) }},
		{Column: format.Column{Head: "CODE"}, cell: worded(func(f diff.FindingChange) string { return f.Finding.Code })},
		{Column: format.Column{Head: "OBJECT"}, cell: worded(func(f diff.FindingChange) string { return f.Finding.Object.String() })},
		{Column: format.Column{Head: "AT", Drop: 2}, cell: worded(func(f diff.FindingChange) string { return from.of(f.Finding.Position()) })},
		{Column: format.Column{Head: "WHAT", Drop: 1}, cell: func(f diff.FindingChange) format.Cell {
			item := newFinding(&f.Finding)
			return format.Cell{Text: findingText(&item), Prose: true}
		}},
	}
}

func effectCell(e effect.Effect) format.Cell {
	tone := format.Plain
	switch e {
	case effect.Breaks:
		tone = format.Warning
	case effect.Weaker, effect.Uncertain:
		tone = format.Attention
	case effect.Repaired, effect.Stronger:
		tone = format.Good
	}
	return format.Cell{Text: e.String(), Tone: tone}
}

// without is what is said where nothing changes.
func (v Diff) without() []string {
	n := v.Objects.Len()
	if n == 0 {
		return []string{"no change: both sides say the same"}
	}
	var refs []resolve.Ref
	for _, s := range []diff.Status{diff.Added, diff.Changed, diff.Removed} {
		refs = append(refs, v.Objects.Refs(s)...)
	}
	names, verb := firstRefs(refs, 3), "differ"
	if n == 1 {
		verb = "differs"
	}
	return []string{fmt.Sprintf("no effective change: %s %s (%s), and every port, call and finding stays as it is", count(n, "object"), verb, names)}
}

func firstRefs(list []resolve.Ref, most int) string {
	text := refs(list[:min(len(list), most)])
	if more := len(list) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// summary counts, the worst first, and says how the run ends.
func (v Diff) summary() []string {
	totals := v.totals()
	parts := diffParts(&totals)
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
func (v Diff) shutOut() []string {
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
		names = append(names, w.Short()+"."+w.Ref.Namespace)
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
