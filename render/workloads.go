package render

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// Workloads is the report "which mode does every port serve": one line per port.
type Workloads struct {
	Scope wire.Scope
	Mesh  *resolve.Mesh
	// Lines are what is shown, in this order.
	Lines []Line
	// WhyEmpty says why there is nothing to show.
	WhyEmpty func() []string
}

// Blocks implements View.
func (v Workloads) Blocks(wide bool) []format.Block {
	if len(v.Lines) == 0 {
		return nothing("no workload to show", v.WhyEmpty)
	}
	return []format.Block{
		{Table: workloadTable(baseOf(&v.Scope), v.Lines, wide, true)},
		{Lines: append([]string{totalsText(totalsOf(v.Lines))}, unsettled(v.Mesh, v.Lines)...)},
	}
}

// Data implements View: a WorkloadList.
func (v Workloads) Data() any { return newWorkloadList(v.Scope, v.Lines) }

// Names implements View.
func (v Workloads) Names() []string { return namesOf(v.Lines) }

// namesOf lists each workload once, in order; lines of one workload may be apart
// after sorting by port.
func namesOf(lines []Line) []string {
	names := make([]string, 0, len(lines)/2)
	seen := make(map[resolve.Ref]bool, len(lines)/2) // in several clusters it is one name
	for _, l := range lines {
		if !seen[l.Workload.Ref] {
			seen[l.Workload.Ref] = true
			names = append(names, resourceName(l.Workload.Ref))
		}
	}
	return names
}

// workloadTable shows lines; the namespace is left out where a title says it.
// Without wide, the line of unnamed ports is shown only where it is all there is.
func workloadTable(from base, lines []Line, wide, namespace bool) *format.Table {
	fields := workloadFields(from)
	if slices.ContainsFunc(lines, func(l Line) bool { return l.Workload.Cluster != "" }) {
		fields = slices.Insert(fields, 2, field[Line]{Column: format.Column{Head: "CLUSTER", Group: true, Drop: 1}, cell: worded(clusterText)})
	}
	if !namespace {
		fields = fields[1:]
	}
	if !wide {
		lines = standing(lines)
	}
	return tableOf(fields, lines, wide)
}

// workloadFields keep the workload, the port and the mode on any terminal.
func workloadFields(from base) []field[Line] {
	return []field[Line]{
		{Column: format.Column{Head: "NAMESPACE", Group: true, Drop: 1}, cell: worded(namespaceText)},
		{Column: format.Column{Head: "WORKLOAD", Group: true}, cell: worded(workloadText)},
		{Column: format.Column{Head: "DATAPLANE", Group: true, Drop: 4}, cell: worded(dataplaneText)},
		{Column: format.Column{Head: "PORT"}, cell: worded(portText)},
		{Column: format.Column{Head: "NAME", Drop: 8}, cell: worded(portName), wide: true},
		{Column: format.Column{Head: "SERVICE", Drop: 3}, cell: worded(serviceText)},
		{Column: format.Column{Head: "PROTOCOL", Drop: 5}, cell: worded(protocolText)},
		{Column: format.Column{Head: "MODE"}, cell: modeCell},
		{Column: format.Column{Head: "DECIDED BY", Drop: 2}, cell: decidedBy},
		{Column: format.Column{Head: "AT", Drop: 6}, cell: worded(from.decided), wide: true},
		{Column: format.Column{Head: "DATAPLANE BECAUSE", Drop: 7}, cell: worded(dataplaneReason), wide: true},
	}
}

func clusterText(l Line) string { return l.Workload.Cluster }

func standing(lines []Line) []Line {
	kept := make([]Line, 0, len(lines))
	for _, l := range lines {
		if l.stands() {
			kept = append(kept, l)
		}
	}
	return kept
}
