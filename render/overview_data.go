package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/overview"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// NewNamespaces is the report "what each namespace has": ports are those of the lines, calls
// those of the cells.
func NewNamespaces(scope wire.Scope, lines []Line, cells []*overview.Cell, filtered bool, notes []string) Namespaces {
	list := wire.NamespaceList{
		APIVersion: wire.APIVersion, Kind: "NamespaceList", Whole: true, Scope: filled(scope), Filtered: filtered,
		Notes: append([]string{}, notes...), Items: []wire.NamespaceItem{},
	}
	ports := make([]overview.Port, len(lines))
	for i, l := range lines {
		ports[i] = overview.Port{Workload: l.Workload, Port: l.Port}
	}
	all := overview.Namespace{Ports: map[resolve.Mode]int{}}
	for _, n := range overview.Namespaces(ports, cells) {
		item := wire.NamespaceItem{Name: n.Name, NamespaceTotals: namespaceTotals(n)}
		list.Items = append(list.Items, item)
		list.Totals.Calls.Add(item.Calls)
		all.Workloads += n.Workloads
		for mode, count := range n.Ports {
			all.Ports[mode] += count
		}
	}
	calls := list.Totals.Calls
	list.Totals = namespaceTotals(&all)
	list.Totals.Calls = calls
	return Namespaces{&list, false}
}

func namespaceTotals(n *overview.Namespace) wire.NamespaceTotals {
	t := wire.NamespaceTotals{Totals: wire.Totals{Workloads: n.Workloads}, Calls: verdictTotals(n.Calls)}
	for mode, count := range n.Ports {
		for range count {
			countMode(&t.Totals, mode)
		}
	}
	if percent, ok := n.Share(); ok {
		t.StrictPercent = &percent
	}
	return t
}

// NewMatrix is the report "who calls whom, namespace by namespace".
func NewMatrix(scope wire.Scope, cells []*overview.Cell, filtered bool, notes []string) Matrix {
	list := wire.ConnectionMatrix{
		APIVersion: wire.APIVersion, Kind: "ConnectionMatrix", Whole: true, Scope: filled(scope), Filtered: filtered,
		Notes: append([]string{}, notes...), Items: []wire.MatrixItem{},
	}
	for _, c := range cells {
		item := wire.MatrixItem{From: c.From, To: c.To, Verdict: c.Worst().String(), Calls: verdictTotals(c.Calls)}
		list.Items = append(list.Items, item)
		list.Calls.Add(item.Calls)
	}
	return Matrix{&list}
}
