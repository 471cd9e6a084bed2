package render

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// serviceStory tells what a caller of a Service meets: for each of its ports the
// workload ports behind it.
func serviceStory(_ *resolve.Mesh, t Target) []Block {
	s := t.Service
	blocks := []Block{{Title: s.Ref.String(), Table: serviceFacts(s), Indent: 2}}
	if len(s.Workloads) == 0 {
		return append(blocks, Block{Lines: []string{"no workload of the input stands behind it"}, Indent: 2})
	}
	table := &Table{Columns: serviceColumns}
	for _, spec := range s.Ports {
		table.Rows = append(table.Rows, serviceRows(s, spec, t.Lines)...)
	}
	return append(blocks, Block{Title: "Ports", Table: table, Indent: 2})
}

func serviceFacts(s *resolve.Service) *Table {
	kind := ""
	if s.Headless {
		kind = "headless: callers connect to pods"
	}
	return facts(
		[2]string{"selects", labelText(s.Selector)},
		[2]string{"alias of", s.ExternalName},
		[2]string{"type", kind},
		[2]string{"read from", s.Origin.At("").String()},
	)
}

var serviceColumns = []Column{
	{Head: "SERVICE PORT", Group: true}, {Head: "WORKLOAD"}, {Head: "DATAPLANE", Drop: 3}, {Head: "PORT"},
	{Head: "PROTOCOL", Drop: 4}, {Head: "MODE"}, {Head: "BECAUSE", Drop: 1}, {Head: "AT", Drop: 2},
}

func serviceRows(s *resolve.Service, spec resolve.ServicePortSpec, lines []Line) []Row {
	port := strconv.Itoa(int(spec.Port))
	var rows []Row
	for _, l := range lines {
		if l.Port == nil || !leads(s, spec.Port, l.Port) {
			continue
		}
		d := l.Decision()
		row := cells(port, workloadText(l.Workload), l.Workload.Membership.Dataplane.String(), portText(l),
			protocolText(l), "", because(d), orDash(d.Position().String()))
		row[5] = modeCell(d)
		rows = append(rows, Row{Cells: row})
	}
	if rows == nil {
		rows = []Row{{Cells: cells(port, "no port of a workload answers")}}
	}
	return rows
}

func leads(s *resolve.Service, port int32, p *resolve.Port) bool {
	return slices.ContainsFunc(p.Services, func(sp resolve.ServicePort) bool {
		return sp.Namespace == s.Ref.Namespace && sp.Name == s.Ref.Name && sp.Port == port
	})
}

// labelText is labels as a selector is written.
func labelText(labels map[string]string) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		parts = append(parts, key+"="+labels[key])
	}
	return strings.Join(parts, ",")
}
