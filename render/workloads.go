package render

import (
	"github.com/mtlsctl/mtlsctl/analyze/verify"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Workloads is the report "which mode does every port serve": one line per port.
type Workloads struct {
	Scope wire.Scope
	Mesh  *mesh.Mesh
	// Lines are what is shown, in this order.
	Lines []Line
	// Running is what the proxies run, nil where no dumps were given.
	Running *verify.Running
	// WhyEmpty says why there is nothing to show.
	WhyEmpty func() []string
}

// Blocks implements View.
func (v Workloads) Blocks(wide bool) []format.Block {
	if len(v.Lines) == 0 {
		return nothing("no workload to show", v.WhyEmpty)
	}
	return []format.Block{
		{Table: workloadTable(portLinesOf(baseOf(&v.Scope), v.Lines, v.Running, wide), wide, true)},
		{Lines: append([]string{totalsText(totalsOf(v.Lines))}, unsettled(v.Mesh, v.Lines)...)},
	}
}

// Data implements View: a WorkloadList.
func (v Workloads) Data() any {
	list := newWorkloadList(v.Scope, v.Lines)
	fillRunning(&list, v.Lines, v.Running)
	switch {
	case len(v.Lines) > 0:
		list.Notes = append(list.Notes, unsettled(v.Mesh, v.Lines)...)
	case v.WhyEmpty != nil:
		list.Notes = append(list.Notes, v.WhyEmpty()...)
	}
	return list
}

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

// savedWorkloads is a WorkloadList that was read back: Workloads, or a Story.
type savedWorkloads struct{ *wire.WorkloadList }

// Blocks implements View.
func (v savedWorkloads) Blocks(wide bool) []format.Block {
	lines := savedLines{v.WorkloadList, baseOf(&v.Scope)}
	if len(v.Targets) > 0 {
		return teller{lines, wide}.story()
	}
	if len(v.Items) == 0 {
		return nothing("no workload to show", func() []string { return v.Notes })
	}
	return []format.Block{
		{Table: workloadTable(lines.lines(lines.all()), wide, true)},
		{Lines: append([]string{totalsText(v.Totals)}, v.Notes...)},
	}
}

// Data implements View.
func (v savedWorkloads) Data() any { return v.WorkloadList }

// Names implements View: each workload once.
func (v savedWorkloads) Names() []string {
	names := make([]string, 0, len(v.Items))
	seen := map[string]bool{}
	for _, i := range v.Items {
		name := resourceName(objectOf(wire.Ref{Kind: i.Kind, Namespace: i.Namespace, Name: i.Name}))
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}
