package resolve

import "slices"

// space is the workloads of one namespace, and which of its Services and policies lead to
// them. Nothing in it points up: of two meshes that agree on a namespace it is the same.
type space struct {
	workloads []*Workload
	behind    map[*Service][]*Workload
	selected  map[*PeerAuthentication][]*Workload
}

// Winner is the policy that decides in a scope, nil where none does.
func (w *Workload) Winner(scope Scope) *PeerAuthentication {
	if int(scope) >= len(w.in.winners) {
		return nil
	}
	return w.in.winners[scope]
}

// link finds what leads to the workloads. backed are the Services of the namespace that have
// EndpointSlices: these say more than a selector.
func (x *space) link(backed []*Service) {
	x.behind, x.selected = map[*Service][]*Workload{}, map[*PeerAuthentication][]*Workload{}
	if len(backed) > 0 {
		pods := newPodIndex(x.workloads, nil)
		for _, s := range backed {
			x.behind[s] = pods.behind(s)
		}
	}
	for _, w := range x.workloads {
		for _, s := range w.services {
			if len(s.backings) == 0 || IsMachine(w.Ref.Kind) {
				x.behind[s] = append(x.behind[s], w)
			}
		}
		for _, p := range w.policies {
			x.selected[p] = append(x.selected[p], w)
		}
	}
}

// behind are the workloads of a Service's EndpointSlices, sorted.
func (x podIndex) behind(s *Service) []*Workload {
	var out []*Workload
	for _, b := range s.backings {
		for _, a := range b.addresses {
			if w := x.workloads[a.key(s.Ref.Namespace)]; w != nil && !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	slices.SortFunc(out, (*Workload).Compare)
	return out
}
