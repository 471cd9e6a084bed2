package render

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze/calls"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/public"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

// workloads tells the story of every workload that lines belong to.
func (t teller) workloads(lines []Line) []format.Block {
	if len(lines) == 0 {
		return []format.Block{{Lines: []string{"no port matches"}}}
	}
	var blocks []format.Block
	for len(lines) > 0 {
		w := lines[0].Workload
		end := slices.IndexFunc(lines, func(l Line) bool { return l.Workload != w })
		if end < 0 {
			end = len(lines)
		}
		blocks = append(blocks, t.workload(w, lines[:end])...)
		lines = lines[end:]
	}
	return blocks
}

func (t teller) workload(w *resolve.Workload, lines []Line) []format.Block {
	blocks := []format.Block{
		{Title: workloadTitle(w), Table: t.workloadFacts(w), Indent: 2},
		{Title: "Ports", Table: tableOf(t.portFields(), lines, t.wide), Indent: 2},
	}
	if accepted := acceptTable(lines); len(accepted.Rows) > 0 {
		blocks = append(blocks, format.Block{Title: "What these modes accept", Table: accepted, Indent: 2})
	}
	blocks = append(append(blocks, t.chain(w)), t.callBlocks(w)...)
	return append(blocks, t.advice(w, lines)...)
}

func workloadTitle(w *resolve.Workload) string {
	if w.Variant == 0 {
		return w.Ref.String()
	}
	return fmt.Sprintf("%s, %d of %s", w.Ref, w.Pods, count(w.PodsOf, "pod"))
}

func (t teller) workloadFacts(w *resolve.Workload) *format.Table {
	pairs := [][2]string{
		{"in the mesh", t.membership(w.Membership)},
		{"identity", t.identity(w)},
		{"revision", w.Membership.Revision},
		{"pods", podsText(w)},
		{"read from", w.Origin.At("").String()},
		{"Sidecar", w.Sidecar.Path()},
		{"refused", words.Because(w.Capture.Invalid)},
	}
	for _, key := range slices.Sorted(maps.Keys(w.Annotations)) {
		if speaksAboutSidecar(key) {
			pairs = append(pairs, [2]string{"annotation", public.Setting(key, w.Annotations[key])})
		}
	}
	return facts(pairs...)
}

func (t teller) membership(m resolve.Membership) string {
	word := m.Dataplane.String()
	if m.Dataplane == resolve.DataplaneNone {
		word = "no"
	}
	if m.Native {
		word += " (native)"
	}
	return t.at(word+", because "+words.Because(m.Why), m.Position())
}

// identity is the name in the workload's certificate; without a proxy it has none.
func (t teller) identity(w *resolve.Workload) string {
	if w.Membership.Dataplane == resolve.DataplaneNone {
		return ""
	}
	domain := t.mesh.Config().GetTrustDomain()
	if domain == "" {
		domain = "cluster.local"
	}
	account := w.ServiceAccount
	if account == "" {
		account = "default"
	}
	return domain + "/ns/" + w.Ref.Namespace + "/sa/" + account
}

func podsText(w *resolve.Workload) string {
	switch {
	case w.Variant > 0:
		return fmt.Sprintf("%d of %d; the others differ in what decides", w.Pods, w.PodsOf)
	case w.PodsOf > 0:
		return fmt.Sprintf("%d running", w.PodsOf)
	}
	return ""
}

// speaksAboutSidecar picks the annotations that change what a proxy captures or
// how it is injected; status is what the injector itself noted.
func speaksAboutSidecar(key string) bool {
	return strings.HasPrefix(key, resolve.CaptureDomain) ||
		strings.HasPrefix(key, "sidecar.istio.io/") && key != resolve.SidecarStatusAnnotation
}

func (t teller) portFields() []field[Line] {
	return []field[Line]{
		{Column: format.Column{Head: "PORT"}, cell: worded(portText)},
		{Column: format.Column{Head: "NAME", Drop: 6}, cell: worded(portName), wide: true},
		{Column: format.Column{Head: "SERVICE", Drop: 3}, cell: worded(serviceOrAny)},
		{Column: format.Column{Head: "PROTOCOL", Drop: 5}, cell: worded(protocolText)},
		{Column: format.Column{Head: "MODE"}, cell: modeCell},
		{Column: format.Column{Head: "BECAUSE", Drop: 1}, cell: briefly},
		{Column: format.Column{Head: "FIELD", Drop: 4}, cell: worded(fieldText)},
		{Column: format.Column{Head: "AT", Drop: 2}, cell: worded(t.decided)},
	}
}

// briefly is the reason without the workload's own, which the facts above tell.
func briefly(l Line) format.Cell {
	if l.Decision().Why.Cause == resolve.CauseNoSidecar {
		return format.Cell{Text: words.Brief(resolve.Reason{Cause: resolve.CauseNoSidecar}), Prose: true}
	}
	return because(l)
}

func serviceOrAny(l Line) string {
	if l.Port == nil {
		return "any other port"
	}
	return serviceText(l)
}

// acceptTable says once for every mode that occurs what it means on the wire.
func acceptTable(lines []Line) *format.Table {
	t := &format.Table{Columns: make([]format.Column, 2)}
	seen := map[resolve.Mode]bool{}
	for _, l := range lines {
		m := l.Decision().Mode
		if m == resolve.Unknown {
			m = l.Decision().IfMeshed
		}
		if !seen[m] && m != resolve.Unset && !(m == resolve.None && calls.OwnsItsPorts(l.Workload)) {
			seen[m] = true
			t.Rows = append(t.Rows, []format.Cell{{Text: m.String(), Tone: modeTone(m)}, {Text: m.Accepts()}})
		}
	}
	return t
}
