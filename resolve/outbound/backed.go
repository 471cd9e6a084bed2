package outbound

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// backedEndpoints are what the slices of a Service say is behind one of its ports.
// Addresses that are no pod of the namespace, and that no targetRef says to be one, have no sidecar as
// far as Istio can see; a pod that is not in the input may have one.
func backedEndpoints(x inbound.PodIndex, s *inbound.Service, p inbound.ServicePortSpec) []Endpoint {
	type place struct {
		workload *inbound.Workload
		address  string
		port     int32
	}
	var out []Endpoint
	seen := map[place]bool{}
	for _, b := range s.Backings {
		for _, port := range b.Ports {
			if port.Name != p.Name {
				continue
			}
			for _, a := range b.Addresses {
				e := backedEndpoint(x, s.Ref.Namespace, a, port.Number)
				e.bare = a.Pod == "" && len(s.Selector) == 0
				if at := (place{e.Workload, e.Address, e.Port}); !seen[at] {
					seen[at] = true
					out = append(out, e)
				}
			}
		}
	}
	return out
}

// besides are the workloads among which EndpointSlices of Services find pods: those given, or all where
// a slice names a pod of another namespace.
func (side *Side) besides(services []*inbound.Service, workloads []*inbound.Workload) []*inbound.Workload {
	for _, s := range services {
		elsewhere := func(a inbound.BackingAddress) bool { return a.Elsewhere(s.Ref.Namespace) }
		for _, b := range s.Backings {
			if slices.ContainsFunc(b.Addresses, elsewhere) {
				side.leading[s.Ref.Namespace], workloads = true, side.In.Workloads
			}
		}
	}
	return workloads
}

func backedEndpoint(x inbound.PodIndex, namespace string, a inbound.BackingAddress, port int32) Endpoint {
	if w := x.Workloads[a.Key(namespace)]; w != nil {
		return endpointAt(w, port)
	}
	if g := x.Gaps.At(resolve.KindPod, cmp.Or(a.Namespace, namespace)); g != nil {
		return Endpoint{Address: a.IP, Port: port, Label: "disabled", InCluster: true, why: resolve.Because(resolve.CauseMayBePod, resolve.Details{Gap: g})}
	}
	if a.Pod != "" {
		return Endpoint{Address: a.IP, Port: port, Label: "disabled", InCluster: true, why: resolve.Because(resolve.CausePodNotInInput, resolve.Details{Name: a.Pod})}
	}
	return Endpoint{Address: a.IP, Port: port, Label: "disabled", Known: true, InCluster: true, why: resolve.Because(resolve.CauseNoPod, resolve.Details{Name: namespace})}
}

// identify finds the pods of other namespaces whose addresses EndpointSlices write: to istiod they are
// no pods (1.11), and what becomes of the bytes they decide.
func (r *residents) identify(h *Host) {
	if h.Backs == nil || len(h.Backs.Backings) == 0 {
		return
	}
	for i := range h.Ports {
		for j := range h.Ports[i].Endpoints {
			e := &h.Ports[i].Endpoints[j]
			ip, ok := single(e.Address)
			if e.Workload != nil || !e.Known || !ok {
				continue
			}
			r.index()
			e.Workload, r.side.leading[h.Namespace] = oneOf(r.pods[ip], e.Port), true // another pod may have the address tomorrow
		}
	}
}
