package resolve

import "slices"

// space is the workloads of one namespace, and which of its Services and policies lead to
// them. Nothing in it points up: of two meshes that agree on a namespace it is the same.
type space struct {
	workloads []*Workload
	behind    map[*Service][]*Workload
	selected  map[*PeerAuthentication][]*Workload
}

// Behind are the workloads behind a Service, sorted: those of its EndpointSlices where the
// input has any, else those that its selector picks.
func (m *Mesh) Behind(s *Service) []*Workload {
	for _, p := range m.parts {
		if list := p.Behind(s); len(list) > 0 {
			return list
		}
	}
	if x := m.spaces[s.Ref.Namespace]; x != nil {
		return x.behind[s]
	}
	return nil
}

// Selected are the workloads that a policy's selector picks, sorted; none for a policy
// without selector.
func (m *Mesh) Selected(p *PeerAuthentication) []*Workload {
	for _, part := range m.parts {
		if list := part.Selected(p); len(list) > 0 {
			return list
		}
	}
	if x := m.spaces[p.Ref.Namespace]; x != nil {
		return x.selected[p]
	}
	return nil
}

// Variants are the workloads of a name: one, or several where its pods differ; of several
// clusters those of each.
func (m *Mesh) Variants(ref Ref) []*Workload {
	list := m.workloads
	if x := m.spaces[ref.Namespace]; x != nil {
		list = x.workloads
	}
	i, _ := slices.BinarySearchFunc(list, ref, func(w *Workload, ref Ref) int { return w.Ref.Compare(ref) })
	end := i
	for end < len(list) && list[end].Ref == ref {
		end++
	}
	return list[i:end:end]
}

// Winner is the policy that decides in a scope, nil where none does.
func (w *Workload) Winner(scope Scope) *PeerAuthentication {
	if int(scope) >= len(w.in.winners) {
		return nil
	}
	return w.in.winners[scope]
}

// spacesOf parts sorted workloads by namespace, and links them.
func (m *Mesh) spacesOf(workloads []*Workload) map[string]*space {
	out := map[string]*space{}
	for first := 0; first < len(workloads); {
		end, name := first+1, workloads[first].Ref.Namespace
		for end < len(workloads) && workloads[end].Ref.Namespace == name {
			end++
		}
		out[name] = &space{workloads: workloads[first:end:end]}
		first = end
	}
	for _, s := range m.services {
		if len(s.backings) > 0 && out[s.Ref.Namespace] == nil {
			out[s.Ref.Namespace] = &space{}
		}
	}
	backed := map[string][]*Service{}
	for _, s := range m.services {
		if len(s.backings) > 0 {
			backed[s.Ref.Namespace] = append(backed[s.Ref.Namespace], s)
		}
	}
	for name, x := range out {
		x.link(backed[name])
	}
	return out
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
