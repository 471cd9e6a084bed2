package render

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Workloads is the report "which mode does every port serve": one line per port.
type Workloads struct {
	Scope Scope
	Mesh  *resolve.Mesh
	// Lines are what is shown, in this order.
	Lines []Line
}

// Blocks implements View.
func (v Workloads) Blocks() []Block {
	if len(v.Lines) == 0 {
		return []Block{{Lines: []string{"no workload matches"}}}
	}
	blocks := []Block{{Table: workloadTable(v.Lines)}}
	return append(blocks, Block{Lines: append([]string{totalsOf(v.Lines).String()}, unsettled(v.Mesh, v.Lines)...)})
}

// Data implements View: a WorkloadList.
func (v Workloads) Data() any { return newWorkloadList(v.Scope, v.Lines) }

// Names implements View.
func (v Workloads) Names() []string { return namesOf(v.Lines) }

// namesOf lists each workload once, in order; lines of one workload may be apart
// after sorting by port.
func namesOf(lines []Line) []string {
	names := make([]string, 0, len(lines)/2)
	seen := make(map[resolve.Ref]bool, len(lines)/2)
	for _, l := range lines {
		if !seen[l.Workload.Ref] {
			seen[l.Workload.Ref] = true
			names = append(names, resourceName(l.Workload.Ref))
		}
	}
	return names
}

// workloadColumns: the mode and the workload stay on any terminal.
var workloadColumns = []Column{
	{Head: "NAMESPACE", Group: true, Drop: 1},
	{Head: "WORKLOAD", Group: true},
	{Head: "DATAPLANE", Group: true, Drop: 4},
	{Head: "PORT"},
	{Head: "NAME", Wide: true, Drop: 8},
	{Head: "SERVICE", Drop: 3},
	{Head: "PROTOCOL", Drop: 5},
	{Head: "MODE"},
	{Head: "DECIDED BY", Drop: 2},
	{Head: "AT", Wide: true, Drop: 6},
	{Head: "DATAPLANE BECAUSE", Wide: true, Drop: 7},
}

func workloadTable(lines []Line) *Table {
	t := &Table{Columns: workloadColumns, Rows: make([]Row, 0, len(lines))}
	all := make([]Cell, len(lines)*len(workloadColumns))
	for _, l := range lines {
		var row []Cell
		row, all = all[:len(workloadColumns)], all[len(workloadColumns):]
		fillWorkloadRow(row, l)
		t.Rows = append(t.Rows, Row{Cells: row, Wide: !l.stands()})
	}
	return t
}

func fillWorkloadRow(row []Cell, l Line) {
	w, d := l.Workload, l.Decision()
	name := dash
	if l.Port != nil {
		name = orDash(l.Port.Name)
	}
	for i, text := range [...]string{
		w.Ref.Namespace, workloadText(w), w.Membership.Dataplane.String(), portText(l), name,
		serviceText(l), protocolText(l), "", decidedBy(d), orDash(d.Position().String()), w.Membership.Reason,
	} {
		row[i].Text = text
	}
	row[slices.IndexFunc(workloadColumns, func(c Column) bool { return c.Head == "MODE" })] = modeCell(d)
}
