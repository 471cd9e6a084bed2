package render

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// workload tells the story of one workload.
func (t teller) workload(d *wire.WorkloadDetail) []format.Block {
	w := &t.Items[d.Item-1]
	blocks := []format.Block{
		{Title: itemTitle(w), Table: t.workloadFacts(w, d), Indent: 2},
		{Title: "Ports", Table: portsTable(t.lines(d.Lines), t.wide), Indent: 2},
	}
	if accepted := t.acceptTable(d.Lines); len(accepted.Rows) > 0 {
		blocks = append(blocks, format.Block{Title: "What these modes accept", Table: accepted, Indent: 2})
	}
	blocks = append(blocks, t.chain(w))
	if len(d.AuthorizationPolicies) > 0 {
		blocks = append(blocks, format.Block{Title: "Authorization", Table: authorizationTable(t.from, d.AuthorizationPolicies, t.wide), Indent: 2})
	}
	blocks = append(blocks, t.callBlocks(w, d)...)
	return append(blocks, t.advice(d)...)
}

func itemTitle(w *wire.WorkloadItem) string {
	title := objectOf(wire.Ref{Kind: w.Kind, Namespace: w.Namespace, Name: w.Name}).String()
	if w.Variant == 0 {
		return title
	}
	return fmt.Sprintf("%s, %d of %s", title, w.Pods, count(w.PodsOf, "pod"))
}

func (t teller) workloadFacts(w *wire.WorkloadItem, d *wire.WorkloadDetail) *format.Table {
	sidecar := resolve.Ref{}.Path()
	if d.Sidecar != nil {
		sidecar = objectOf(*d.Sidecar).Path()
	}
	pairs := [][2]string{
		{"in the mesh", t.membership(w, d)},
		{"identity", d.Identity},
		{"revision", w.Revision},
		{"pods", podsText(w)},
		{"read from", placedAt(d.Position).String()},
		{"Sidecar", sidecar},
		{"refused", d.Refused},
	}
	for _, a := range d.Annotations {
		pairs = append(pairs, [2]string{"annotation", a})
	}
	return facts(pairs...)
}

func (t teller) membership(w *wire.WorkloadItem, d *wire.WorkloadDetail) string {
	word := w.Dataplane
	if word == resolve.DataplaneNone.String() {
		word = "no"
	}
	if d.Native {
		word += " (native)"
	}
	return t.from.at(word+", because "+w.DataplaneReason, placedAt(d.DataplanePosition))
}

func podsText(w *wire.WorkloadItem) string {
	switch {
	case w.Variant > 0:
		return fmt.Sprintf("%d of %d; the other pods have another reason", w.Pods, w.PodsOf)
	case w.PodsOf > 0:
		return fmt.Sprintf("%d running", w.PodsOf)
	}
	return ""
}

// portsTable shows the ports of one workload.
func portsTable(lines []*portLine, wide bool) *format.Table {
	return tableOf(looked(portFields(), lines, func(l *portLine) string { return l.proxy }), lines, wide)
}

func portFields() []field[*portLine] {
	return []field[*portLine]{
		{Column: format.Column{Head: "PORT"}, cell: worded(func(l *portLine) string { return l.port })},
		{Column: format.Column{Head: "NAME", Drop: 6}, cell: worded(func(l *portLine) string { return l.name }), wide: true},
		{Column: format.Column{Head: "SERVICE", Drop: 3}, cell: worded(func(l *portLine) string {
			if l.port == "*" {
				return "any other port"
			}
			return l.service
		})},
		{Column: format.Column{Head: "PROTOCOL", Drop: 5}, cell: worded(func(l *portLine) string { return l.protocol })},
		{Column: format.Column{Head: "MODE"}, cell: func(l *portLine) format.Cell { return l.mode }},
		proxyField(func(l *portLine) string { return l.proxy }),
		{Column: format.Column{Head: "BECAUSE", Drop: 1, Below: true}, cell: func(l *portLine) format.Cell { return l.briefly }},
		{Column: format.Column{Head: "FIELD", Drop: 4}, cell: worded(func(l *portLine) string { return l.field })},
		{Column: format.Column{Head: "AT", Drop: 2}, cell: worded(func(l *portLine) string { return l.at })},
	}
}

// acceptTable says once for every mode that occurs what it means on the wire.
func (t teller) acceptTable(lines []wire.LineItem) *format.Table {
	table := &format.Table{Columns: make([]format.Column, 2)}
	seen := map[string]bool{}
	for _, l := range lines {
		item, _ := t.item(l)
		_, mode, ifMeshed := t.decision(l)
		if mode == resolve.Unknown.String() {
			mode = ifMeshed
		}
		m, err := resolve.ParseMode(mode)
		if err != nil || mode == "" || seen[mode] || mode == resolve.None.String() && ownsItsPorts(item) {
			continue
		}
		seen[mode] = true
		var plane resolve.Dataplane
		if plane.UnmarshalText([]byte(item.Dataplane)) != nil {
			plane = resolve.DataplaneUnknown
		}
		table.Rows = append(table.Rows, []format.Cell{modeNamed(mode, ""), {Text: m.Accepts(plane)}})
	}
	return table
}
