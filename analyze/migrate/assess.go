package migrate

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Port is where one port stands.
type Port struct {
	*advise.Advice
	Stage  Stage
	Status Status
}

// Workload is where one workload stands: as far as its last port has come, and as well
// as its worst.
type Workload struct {
	*inbound.Workload
	Ports  []Port
	Stage  Stage
	Status Status
}

// Advices are what is advised for the ports.
func (w *Workload) Advices() []*advise.Advice {
	out := make([]*advise.Advice, len(w.Ports))
	for i := range w.Ports {
		out[i] = w.Ports[i].Advice
	}
	return out
}

// Assess says where the workloads stand that keep wants, all where it is nil; those
// without a port that counts are left out. They come in the mesh's order.
func Assess(m *mesh.Mesh, a *advise.Adviser, keep func(*inbound.Workload) bool) []Workload {
	workloads := m.Workloads()
	if keep != nil {
		workloads = slices.DeleteFunc(slices.Clone(workloads), func(w *inbound.Workload) bool { return !keep(w) })
	}
	var out []Workload
	for i, advices := range a.Workloads(workloads) {
		if len(advices) > 0 {
			out = append(out, assess(a, workloads[i], advices))
		}
	}
	return out
}

func assess(a *advise.Adviser, w *inbound.Workload, advices []*advise.Advice) Workload {
	out := Workload{Workload: w, Stage: Verified}
	for _, advice := range advices {
		p := Port{advice, stageOf(advice, a.Evidence), statusOf(advice)}
		out.Ports = append(out.Ports, p)
		out.Stage, out.Status = min(out.Stage, p.Stage), max(out.Status, p.Status)
	}
	return out
}
