package resolve

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// backing is what an EndpointSlice says is behind a Service: addresses, and the
// ports on which they listen. Ready or not makes no difference to TLS.
type backing struct {
	addresses []backingAddress
	ports     []backingPort
}

// backingAddress is one place of a slice: a pod by name, else an IP address.
type backingAddress struct{ pod, ip string }

// backingPort is a port's number by the name that the Service gives it.
type backingPort struct {
	name   string
	number int32
}

// newBackings reads EndpointSlices, and the older Endpoints that Kubernetes mirrors
// into slices, by the Service that they are for. Slices of host names are none to
// Istio.
func newBackings(c *collection) map[Ref][]backing {
	out := map[Ref][]backing{}
	for _, o := range c.slices {
		service := o.As.Labels[discoveryv1.LabelServiceName]
		if service == "" || o.As.AddressType == discoveryv1.AddressTypeFQDN {
			continue
		}
		ref := Ref{KindService, o.As.Namespace, service}
		out[ref] = append(out[ref], sliceBacking(o.As))
	}
	for _, o := range c.endpoints {
		ref := Ref{KindService, o.As.Namespace, o.As.Name}
		if len(out[ref]) > 0 {
			continue // the slices are what these were mirrored into
		}
		for i := range o.As.Subsets {
			out[ref] = append(out[ref], subsetBacking(&o.As.Subsets[i]))
		}
	}
	return out
}

func sliceBacking(s *discoveryv1.EndpointSlice) backing {
	var b backing
	for _, p := range s.Ports {
		if p.Port != nil && (p.Protocol == nil || *p.Protocol == corev1.ProtocolTCP) {
			b.ports = append(b.ports, backingPort{deref(p.Name), *p.Port})
		}
	}
	for _, e := range s.Endpoints {
		for _, ip := range e.Addresses {
			b.addresses = append(b.addresses, addressOf(ip, e.TargetRef))
		}
	}
	return b
}

//lint:ignore SA1019 files and older clusters still have Endpoints
func subsetBacking(s *corev1.EndpointSubset) backing {
	var b backing
	for _, p := range s.Ports {
		if p.Protocol == "" || p.Protocol == corev1.ProtocolTCP {
			b.ports = append(b.ports, backingPort{p.Name, p.Port})
		}
	}
	for _, a := range append(slices.Clone(s.Addresses), s.NotReadyAddresses...) {
		b.addresses = append(b.addresses, addressOf(a.IP, a.TargetRef))
	}
	return b
}

func addressOf(ip string, target *corev1.ObjectReference) backingAddress {
	if target != nil && target.Kind == "Pod" {
		return backingAddress{pod: target.Name, ip: ip}
	}
	return backingAddress{ip: ip}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// lead is a Service port that EndpointSlices lead to a pod: it counts as the pod's
// own where no selector picks the pod.
type lead struct {
	service *Service
	port    ServicePortSpec
	number  int32
}

// leadsOf are the ports of Services without selector, by the pod behind them.
func leadsOf(services []*Service) map[podKey][]lead {
	out := map[podKey][]lead{}
	for _, s := range services {
		if len(s.Selector) > 0 {
			continue
		}
		for _, b := range s.backings {
			for _, a := range b.addresses {
				key := a.key(s.Ref.Namespace)
				for _, port := range b.ports {
					if i := slices.IndexFunc(s.Ports, func(p ServicePortSpec) bool { return p.Name == port.name }); i >= 0 {
						out[key] = append(out[key], lead{s, s.Ports[i], port.number})
					}
				}
			}
		}
	}
	return out
}

// leadsTo are the leads to any pod of a workload, oldest Service first.
func (r *resolver) leadsTo(w *Workload) []lead {
	var out []lead
	if len(r.leads) == 0 {
		return nil
	}
	for _, name := range w.PodNames {
		out = append(out, r.leads[podKey{w.Ref.Namespace, name, ""}]...)
	}
	for _, ip := range w.Addresses {
		out = append(out, r.leads[podKey{w.Ref.Namespace, "", ip}]...)
	}
	slices.SortStableFunc(out, func(a, b lead) int { return a.service.older(b.service) })
	return out
}

// key finds the pod in a podIndex: by its name, else by its address.
func (a backingAddress) key(namespace string) podKey {
	if a.pod != "" {
		return podKey{namespace, a.pod, ""}
	}
	return podKey{namespace, "", a.ip}
}

// podIndex finds the workload of a running pod by the pod's name or address, in
// one namespace (1.11).
type podIndex struct {
	workloads map[podKey]*Workload
	gaps      gaps
}

type podKey struct{ namespace, pod, ip string }

func newPodIndex(workloads []*Workload, gaps gaps) podIndex {
	x := podIndex{map[podKey]*Workload{}, gaps}
	for _, w := range workloads {
		for _, name := range w.PodNames {
			x.workloads[podKey{w.Ref.Namespace, name, ""}] = w
		}
		for _, ip := range w.Addresses {
			x.workloads[podKey{w.Ref.Namespace, "", ip}] = w
		}
	}
	return x
}
