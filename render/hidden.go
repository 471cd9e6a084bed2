package render

import (
	"fmt"
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// hidden is the table of what is hidden, for whoever wants to see it all.
func (v Findings) hidden(b base) format.Block {
	fields := []field[wire.HiddenItem]{
		{Column: format.Column{Head: "SEVERITY"}, cell: func(h wire.HiddenItem) format.Cell { return severityCell(h.Severity) }},
		{Column: format.Column{Head: "CODE"}, cell: worded(func(h wire.HiddenItem) string { return h.Code })},
		{Column: format.Column{Head: "OBJECT"}, cell: worded(func(h wire.HiddenItem) string { return aboutFinding(&h.FindingItem) })},
		{Column: format.Column{Head: "HIDDEN BY"}, cell: worded(func(h wire.HiddenItem) string { return hiders[h.By] })},
		{Column: format.Column{Head: "UNTIL", Drop: 1}, cell: worded(func(h wire.HiddenItem) string { return h.Until })},
		{Column: format.Column{Head: "REASON"}, cell: func(h wire.HiddenItem) format.Cell { return format.Cell{Text: orWord(h.Reason, dash), Prose: true} }},
		{Column: format.Column{Head: "AT", Drop: 2}, cell: worded(func(h wire.HiddenItem) string { return b.of(placedAt(h.WrittenAt)) })},
	}
	return format.Block{Title: "Hidden", Table: tableOf(fields, v.Report.Hidden, true)}
}

// hiders are the words for what hides a finding.
var hiders = map[string]string{"annotation": "annotation", "istioctl": "istioctl's annotation", "rule": "ignore rule", "baseline": "baseline"}

// hiddenLines count what is hidden, by what.
func (v Findings) hiddenLines(wide bool) []string {
	n := map[string]int{}
	for _, h := range v.Report.Hidden {
		n[h.By]++
	}
	var parts, lines []string
	for _, by := range []string{"annotation", "istioctl", "rule", "baseline"} {
		if n[by] > 0 {
			parts = append(parts, fmt.Sprintf("%d by %s", n[by], hiderNouns[by]))
		}
	}
	if len(parts) > 0 {
		text := fmt.Sprintf("%s hidden: %s", count(len(v.Report.Hidden), "finding"), strings.Join(parts, ", "))
		if !wide {
			text += " (-o wide lists them)"
		}
		lines = append(lines, text)
	}
	if n["istioctl"] > 0 {
		lines = append(lines, "galley.istio.io/analyze-suppress hides only what istioctl analyze would report too")
	}
	return lines
}

var hiderNouns = map[string]string{"annotation": "annotations", "istioctl": resolve.SuppressAnnotation, "rule": ".mtlsctl.yaml", "baseline": "the baseline"}

// gone lists what of the baseline is repaired.
func (v Findings) gone(wide bool) format.Block {
	b := format.Block{Title: "Repaired since the baseline"}
	for _, g := range v.Report.Gone {
		item := wire.FindingItem{Object: g.Object, Field: g.Field}
		line := fmt.Sprintf("  %-7s  %s  %s", g.Severity, g.Code, aboutFinding(&item))
		if wide {
			line += "  " + g.Fingerprint
		}
		b.Lines = append(b.Lines, line)
	}
	b.Lines = append(b.Lines, "mtlsctl analyze with --baseline FILE --write-baseline FILE removes them from it")
	return b
}
