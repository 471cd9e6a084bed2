package render

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// workloadStories tells the story of every workload that lines belong to.
func workloadStories(m *resolve.Mesh, lines []Line) []Block {
	var blocks []Block
	for len(lines) > 0 {
		w := lines[0].Workload
		end := slices.IndexFunc(lines, func(l Line) bool { return l.Workload != w })
		if end < 0 {
			end = len(lines)
		}
		blocks = append(blocks, workloadStory(m, w, lines[:end])...)
		lines = lines[end:]
	}
	return blocks
}

func workloadStory(m *resolve.Mesh, w *resolve.Workload, lines []Line) []Block {
	blocks := []Block{
		{Title: workloadTitle(w), Table: workloadFacts(m, w), Indent: 2},
		{Title: "Ports", Table: portTable(lines), Indent: 2},
	}
	if accepted := acceptTable(lines); len(accepted.Rows) > 0 {
		blocks = append(blocks, Block{Title: "What these modes accept", Table: accepted, Indent: 2})
	}
	return append(blocks, chainBlock(w))
}

func workloadTitle(w *resolve.Workload) string {
	if w.Variant == 0 {
		return w.Ref.String()
	}
	return fmt.Sprintf("%s, %d of %s", w.Ref, w.Pods, count(w.PodsOf, "pod"))
}

func workloadFacts(m *resolve.Mesh, w *resolve.Workload) *Table {
	pairs := [][2]string{
		{"in the mesh", membershipText(w.Membership)},
		{"identity", identity(m, w)},
		{"revision", w.Membership.Revision},
		{"read from", w.Origin.At("").String()},
		{"read as", evidence(w)},
		{"Sidecar", w.Sidecar.Path()},
		{"not injected", w.Capture.Invalid},
	}
	for _, key := range slices.Sorted(maps.Keys(w.Annotations)) {
		if speaksAboutSidecar(key) {
			pairs = append(pairs, [2]string{"annotation", key + "=" + w.Annotations[key]})
		}
	}
	return facts(pairs...)
}

func membershipText(m resolve.Membership) string {
	word := m.Dataplane.String()
	if m.Dataplane == resolve.DataplaneNone {
		word = "no"
	}
	if m.Native {
		word += " (native)"
	}
	return at(word+", because "+m.Reason, m.Position)
}

// identity is the name in the workload's certificate; without a proxy it has none.
func identity(m *resolve.Mesh, w *resolve.Workload) string {
	if w.Membership.Dataplane == resolve.DataplaneNone {
		return ""
	}
	domain := m.Config().GetTrustDomain()
	if domain == "" {
		domain = "cluster.local"
	}
	account := w.ServiceAccount
	if account == "" {
		account = "default"
	}
	return domain + "/ns/" + w.Ref.Namespace + "/sa/" + account
}

func evidence(w *resolve.Workload) string {
	switch {
	case w.Variant > 0:
		return fmt.Sprintf("%d of %s; the others differ in what decides", w.Pods, count(w.PodsOf, "pod"))
	case w.PodsOf > 0:
		return count(w.PodsOf, "running pod")
	}
	return ""
}

// speaksAboutSidecar picks the annotations that change what a proxy captures or
// how it is injected; status is what the injector itself noted.
func speaksAboutSidecar(key string) bool {
	return strings.HasPrefix(key, "traffic.sidecar.istio.io/") ||
		strings.HasPrefix(key, "sidecar.istio.io/") && key != "sidecar.istio.io/status"
}

var portColumns = []Column{
	{Head: "PORT"}, {Head: "NAME", Wide: true, Drop: 5}, {Head: "SERVICE", Drop: 2}, {Head: "PROTOCOL", Drop: 4},
	{Head: "MODE"}, {Head: "BECAUSE", Drop: 1}, {Head: "AT", Drop: 3},
}

func portTable(lines []Line) *Table {
	t := &Table{Columns: portColumns}
	for _, l := range lines {
		d := l.Decision()
		name, service, why := dash, "any other port", because(d)
		if l.Port != nil {
			name, service = orDash(l.Port.Name), serviceText(l)
			if l.Port.Listener != "" {
				why += ": " + l.Port.Listener
			}
		}
		row := cells(portText(l), name, service, protocolText(l), "", why, orDash(d.Position().String()))
		row[4] = modeCell(d)
		t.Rows = append(t.Rows, Row{Cells: row})
	}
	return t
}

// acceptTable says once for every mode that occurs what it means on the wire.
func acceptTable(lines []Line) *Table {
	t := &Table{Columns: make([]Column, 2)}
	seen := map[resolve.Mode]bool{}
	for _, l := range lines {
		m := l.Decision().Mode
		if m == resolve.Unknown {
			m = l.Decision().IfMeshed
		}
		if !seen[m] && m != resolve.Unset {
			seen[m] = true
			t.Rows = append(t.Rows, Row{Cells: []Cell{{m.String(), modeTone(m)}, {Text: m.Accepts()}}})
		}
	}
	return t
}
