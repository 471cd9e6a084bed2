package render

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// Line is the unit of every report about workloads: one port of a workload, or,
// with Port nil, every port that nothing names.
type Line struct {
	Workload *inbound.Workload
	Port     *inbound.Port
}

// LinesOf lists the ports of workloads, each workload's in the order of its
// ports, the line without a port last.
func LinesOf(workloads []*inbound.Workload) []Line {
	n := len(workloads)
	for _, w := range workloads {
		n += len(w.Ports)
	}
	lines := make([]Line, 0, n)
	for _, w := range workloads {
		for i := range w.Ports {
			lines = append(lines, Line{w, &w.Ports[i]})
		}
		lines = append(lines, Line{Workload: w})
	}
	return lines
}

// Decision is the decision of the line's port or ports.
func (l Line) Decision() *resolve.Decision {
	if l.Port == nil {
		return &l.Workload.Default
	}
	return &l.Port.Decision
}

// stands reports whether the line has to be shown even where lines of unnamed
// ports are not: its workload has no other.
func (l Line) stands() bool { return l.Port != nil || len(l.Workload.Ports) == 0 }

// SortKeys are the values of --sort-by.
var SortKeys = []string{"namespace", "name", "mode", "port", "dataplane"}

// Sort orders lines by one of SortKeys and keeps the given order among equals.
// Modes come worst first. An unknown key is a mistake of the caller and changes
// nothing.
func Sort(lines []Line, key string) {
	slices.SortStableFunc(lines, func(a, b Line) int {
		switch key {
		case "namespace":
			return cmp.Compare(a.Workload.Ref.Namespace, b.Workload.Ref.Namespace)
		case "name":
			return cmp.Compare(a.Workload.Ref.Name, b.Workload.Ref.Name)
		case "mode":
			return cmp.Compare(a.Decision().Mode.Urgency(), b.Decision().Mode.Urgency())
		case "port":
			return cmp.Compare(a.number(), b.number())
		case "dataplane":
			return cmp.Compare(a.Workload.Membership.Dataplane.String(), b.Workload.Membership.Dataplane.String())
		}
		return 0
	})
}

// number is the port, or one after all ports.
func (l Line) number() int32 {
	if l.Port == nil {
		return 1 << 16
	}
	return l.Port.Number
}

func compareServicePorts(a, b wire.ServicePort) int {
	return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Port, b.Port))
}
