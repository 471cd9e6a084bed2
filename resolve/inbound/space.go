package inbound

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Space is the workloads of one namespace, and which of its Services and policies lead to
// them. Nothing in it points up: of two meshes that agree on a namespace it is the same.
type Space struct {
	Workloads []*Workload
	Behind    map[*Service][]*Workload
	Selected  map[*PeerAuthentication][]*Workload
}

// Winner is the policy that decides in a scope, nil where none does.
func (w *Workload) Winner(scope resolve.Scope) *PeerAuthentication {
	if int(scope) >= len(w.In.Winners) {
		return nil
	}
	return w.In.Winners[scope]
}

// Link finds what leads to the workloads. backed are the Services of the namespace that have
// EndpointSlices: these say more than a selector.
func (x *Space) Link(backed []*Service) {
	x.Behind, x.Selected = map[*Service][]*Workload{}, map[*PeerAuthentication][]*Workload{}
	if len(backed) > 0 {
		pods := NewPodIndex(x.Workloads, nil)
		for _, s := range backed {
			x.Behind[s] = pods.behind(s)
		}
	}
	for _, w := range x.Workloads {
		for _, s := range w.services {
			if len(s.Backings) == 0 || IsMachine(w.Ref.Kind) {
				x.Behind[s] = append(x.Behind[s], w)
			}
		}
		for _, p := range w.policies {
			x.Selected[p] = append(x.Selected[p], w)
		}
	}
}

// behind are the workloads of a Service's EndpointSlices, sorted.
func (x PodIndex) behind(s *Service) []*Workload {
	var out []*Workload
	for _, b := range s.Backings {
		for _, a := range b.Addresses {
			if w := x.Workloads[a.Key(s.Ref.Namespace)]; w != nil && !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	slices.SortFunc(out, (*Workload).Compare)
	return out
}
