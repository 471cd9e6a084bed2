package render

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Namespaces is the report "what each namespace has", just made or read back.
type Namespaces struct {
	*wire.NamespaceList
	// portsOnly is true where nobody counted calls: no column may say that there are none.
	portsOnly bool
}

// OnlyPorts is the report without calls, which were not counted.
func (v Namespaces) OnlyPorts() Namespaces { return Namespaces{v.NamespaceList, true} }

// Blocks implements View.
func (v Namespaces) Blocks(bool) []format.Block {
	if len(v.Items) == 0 {
		return nothing("no namespace to show", func() []string { return v.Notes })
	}
	lines := []string{totalsText(v.Totals.Totals) + shareText(v.Totals.StrictPercent)}
	if v.Totals.Calls.Sum() > 0 {
		lines = append(lines, fmt.Sprintf("%s: %s", count(v.Totals.Calls.Sum(), "call"), verdictsText(v.Totals.Calls)))
	}
	if v.Filtered {
		lines[len(lines)-1] += " (filtered)"
	}
	return []format.Block{{Table: v.table()}, {Lines: append(lines, v.Notes...)}}
}

func shareText(percent *int) string {
	if percent == nil {
		return ""
	}
	return fmt.Sprintf(" (%d%% STRICT)", *percent)
}

// table has no column of a mode or a verdict that no namespace has, but of those that people
// look for first.
func (v Namespaces) table() *format.Table {
	items := make([]*wire.NamespaceItem, len(v.Items))
	for i := range v.Items {
		items[i] = &v.Items[i]
	}
	fields := namespaceFields()
	if v.portsOnly {
		fields = fields[:numPortFields]
	}
	fields = slices.DeleteFunc(fields, func(f field[*wire.NamespaceItem]) bool {
		return f.Drop > 2 && !slices.ContainsFunc(items, func(i *wire.NamespaceItem) bool { return f.cell(i).Text != dash })
	})
	return tableOf(fields, items, false)
}

// numPortFields is how many of the fields are about ports: they come first.
const numPortFields = 9

// namespaceFields keep the namespace, the share of STRICT and what is not mTLS on any terminal.
func namespaceFields() []field[*wire.NamespaceItem] {
	counted := func(head string, drop int, tone format.Tone, n func(*wire.NamespaceItem) int) field[*wire.NamespaceItem] {
		return field[*wire.NamespaceItem]{Column: format.Column{Head: head, Drop: drop}, cell: func(i *wire.NamespaceItem) format.Cell {
			return countCell(n(i), tone)
		}}
	}
	mode := func(m resolve.Mode, drop int, n func(*wire.NamespaceItem) int) field[*wire.NamespaceItem] {
		return counted(m.String(), drop, modeTone(m), n)
	}
	verdict := func(head string, v resolve.Verdict, drop int, n func(wire.VerdictTotals) int) field[*wire.NamespaceItem] {
		return counted(head, drop, verdictTones[v.String()], func(i *wire.NamespaceItem) int { return n(i.Calls) })
	}
	return []field[*wire.NamespaceItem]{
		{Column: format.Column{Head: "NAMESPACE"}, cell: worded(func(i *wire.NamespaceItem) string { return i.Name })},
		counted("WORKLOADS", 2, format.Plain, func(i *wire.NamespaceItem) int { return i.Workloads }),
		counted("PORTS", 1, format.Plain, func(i *wire.NamespaceItem) int { return i.Ports }),
		{Column: format.Column{Head: "STRICT"}, cell: strictCell},
		mode(resolve.Permissive, 0, func(i *wire.NamespaceItem) int { return i.Permissive }),
		mode(resolve.Disable, 3, func(i *wire.NamespaceItem) int { return i.Disable }),
		mode(resolve.None, 4, func(i *wire.NamespaceItem) int { return i.None }),
		mode(resolve.TLS, 7, func(i *wire.NamespaceItem) int { return i.TLS }),
		counted("UNKNOWN MODE", 5, format.Attention, func(i *wire.NamespaceItem) int { return i.Unknown }),
		verdict("MTLS CALLS", resolve.VerdictMTLS, 2, func(t wire.VerdictTotals) int { return t.MTLS }),
		verdict("PLAINTEXT", resolve.VerdictPlaintext, 0, func(t wire.VerdictTotals) int { return t.Plaintext }),
		verdict("BROKEN", resolve.VerdictBroken, 0, func(t wire.VerdictTotals) int { return t.Broken }),
		verdict("UNKNOWN", resolve.VerdictUnknown, 3, func(t wire.VerdictTotals) int { return t.Unknown }),
		verdict("PASSTHROUGH-TLS", resolve.VerdictPassthroughTLS, 6, func(t wire.VerdictTotals) int { return t.Passthrough }),
	}
}

// countCell is a dash for zero, so that what is there stands out.
func countCell(n int, tone format.Tone) format.Cell {
	if n == 0 {
		return format.Cell{Text: dash, Tone: format.Faint}
	}
	return format.Cell{Text: strconv.Itoa(n), Tone: tone}
}

func strictCell(i *wire.NamespaceItem) format.Cell {
	if i.StrictPercent == nil {
		return format.Cell{Text: dash, Tone: format.Faint}
	}
	tone := format.Plain
	if i.Strict == i.Ports {
		tone = format.Good
	}
	return format.Cell{Text: fmt.Sprintf("%d (%d%%)", i.Strict, *i.StrictPercent), Tone: tone}
}

// Data implements View: a NamespaceList.
func (v Namespaces) Data() any { return v.NamespaceList }

// Names implements View.
func (v Namespaces) Names() []string {
	var names []string
	for i := range v.Items {
		names = append(names, resourceName(resolve.Ref{Kind: resolve.KindNamespace, Name: v.Items[i].Name}))
	}
	return names
}
