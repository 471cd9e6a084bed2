package render

import (
	"strings"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// namespace tells what holds for a whole namespace, then its workloads.
func (t teller) namespace(target *wire.DescribedTarget) []format.Block {
	ns := target.Namespace
	blocks := []format.Block{{Title: "Namespace " + ns.Name, Table: namespaceFacts(ns), Indent: 2}}
	if len(ns.Policies) > 0 {
		blocks = append(blocks, format.Block{Title: "PeerAuthentications", Table: tableOf(t.policyFields(), ns.Policies, t.wide), Indent: 2})
	}
	if len(target.Lines) == 0 {
		return append(blocks, format.Block{Lines: []string{"no workload of the input in this report"}, Indent: 2})
	}
	table := workloadTable(t.lines(target.Lines), t.wide, false)
	return append(blocks, format.Block{Title: "Workloads", Table: table, Indent: 2, Lines: []string{"", totalsText(ns.Totals)}})
}

func namespaceFacts(ns *wire.NamespaceDetail) *format.Table {
	from := placedAt(ns.Position).String()
	if !ns.Known {
		from = "its Namespace object is not in the input"
	}
	pairs := [][2]string{{"read from", from}}
	for _, label := range ns.Labels {
		pairs = append(pairs, [2]string{"label", label})
	}
	return facts(pairs...)
}

func (t teller) policyFields() []field[wire.PolicyBrief] {
	type policy = wire.PolicyBrief
	return []field[policy]{
		{Column: format.Column{Head: "NAME"}, cell: worded(func(p policy) string { return p.Name })},
		{Column: format.Column{Head: "SCOPE", Drop: 2}, cell: worded(func(p policy) string { return p.Scope })},
		{Column: format.Column{Head: "MODE"}, cell: worded(func(p policy) string { return p.Mode })},
		{Column: format.Column{Head: "PORTS", Drop: 1}, cell: worded(func(p policy) string { return portModes(p.Ports) })},
		{Column: format.Column{Head: "SELECTS", Drop: 3}, cell: worded(func(p policy) string { return p.Selects })},
		{Column: format.Column{Head: "AT", Drop: 4}, cell: worded(func(p policy) string { return t.from.of(placedAt(p.Position)) })},
	}
}

// policySelects is what a PeerAuthentication is about, in words.
func policySelects(rejected string, selector map[string]string, scope string) string {
	switch {
	case rejected != "":
		return "rejected: " + rejected
	case len(selector) > 0:
		return labelText(selector)
	case scope == "mesh":
		return "every workload of the mesh"
	default:
		return "every workload of the namespace"
	}
}

func portModes(ports []wire.PortMode) string {
	var parts []string
	for _, p := range ports {
		parts = append(parts, numbersText([]int32{p.Port})+" "+p.Mode)
	}
	return strings.Join(parts, ", ")
}
