package resolve

// backedEndpoints are what the slices of a Service say is behind one of its ports.
// Addresses that are no pod of the namespace have no sidecar as far as Istio can
// see; a pod that is not in the input may have one.
func backedEndpoints(x podIndex, s *Service, p ServicePortSpec) []Endpoint {
	type place struct {
		workload *Workload
		address  string
		port     int32
	}
	var out []Endpoint
	seen := map[place]bool{}
	for _, b := range s.backings {
		for _, port := range b.ports {
			if port.name != p.Name {
				continue
			}
			for _, a := range b.addresses {
				e := backedEndpoint(x, s.Ref.Namespace, a, port.number)
				if at := (place{e.Workload, e.Address, e.Port}); !seen[at] {
					seen[at] = true
					out = append(out, e)
				}
			}
		}
	}
	return out
}

func backedEndpoint(x podIndex, namespace string, a backingAddress, port int32) Endpoint {
	if w := x.workloads[a.key(namespace)]; w != nil {
		return endpointAt(w, port)
	}
	if g := x.gaps.at(KindPod, namespace); g != nil {
		return Endpoint{Address: a.ip, Port: port, Label: "disabled", InCluster: true, why: Because(CauseMayBePod, Details{Gap: g})}
	}
	if a.pod != "" {
		return Endpoint{Address: a.ip, Port: port, Label: "disabled", InCluster: true, why: Because(CausePodNotInInput, Details{Name: a.pod})}
	}
	return Endpoint{Address: a.ip, Port: port, Label: "disabled", Known: true, InCluster: true, why: Because(CauseNoPod, Details{Name: namespace})}
}
