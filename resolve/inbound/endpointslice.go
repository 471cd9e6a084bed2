package inbound

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
)

// backing is what an EndpointSlice says is behind a Service: addresses, and the
// ports on which they listen. Ready or not makes no difference to TLS.
type backing struct {
	Addresses []BackingAddress
	Ports     []backingPort
}

// BackingAddress is one place of a slice: a pod by name, of the slice's namespace where Namespace is
// "", else an IP address.
type BackingAddress struct{ Pod, Namespace, IP string }

// backingPort is a port's number by the name that the Service gives it.
type backingPort struct {
	Name   string
	Number int32
}

// newBackings reads EndpointSlices, and the older Endpoints that Kubernetes mirrors
// into slices, by the Service that they are for. Slices of host names are none to
// Istio.
func newBackings(c *config.Collection) map[resolve.Ref][]backing {
	out := map[resolve.Ref][]backing{}
	for _, o := range c.Slices {
		service := o.As.Labels[discoveryv1.LabelServiceName]
		if service == "" || o.As.AddressType == discoveryv1.AddressTypeFQDN {
			continue
		}
		ref := resolve.Ref{Kind: resolve.KindService, Namespace: o.As.Namespace, Name: service}
		out[ref] = append(out[ref], sliceBacking(o.As))
	}
	for _, o := range c.Endpoints {
		ref := resolve.Ref{Kind: resolve.KindService, Namespace: o.As.Namespace, Name: o.As.Name}
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
			b.Ports = append(b.Ports, backingPort{deref(p.Name), *p.Port})
		}
	}
	for _, e := range s.Endpoints {
		for _, ip := range e.Addresses {
			b.Addresses = append(b.Addresses, addressOf(ip, e.TargetRef))
		}
	}
	return b
}

//lint:ignore SA1019 files and older clusters still have Endpoints
func subsetBacking(s *corev1.EndpointSubset) backing {
	var b backing
	for _, p := range s.Ports {
		if p.Protocol == "" || p.Protocol == corev1.ProtocolTCP {
			b.Ports = append(b.Ports, backingPort{p.Name, p.Port})
		}
	}
	for _, a := range append(slices.Clone(s.Addresses), s.NotReadyAddresses...) {
		b.Addresses = append(b.Addresses, addressOf(a.IP, a.TargetRef))
	}
	return b
}

func addressOf(ip string, target *corev1.ObjectReference) BackingAddress {
	if target != nil && target.Kind == "Pod" {
		return BackingAddress{Pod: target.Name, Namespace: target.Namespace, IP: ip}
	}
	return BackingAddress{IP: ip}
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
		for _, b := range s.Backings {
			for _, a := range b.Addresses {
				if a.Elsewhere(s.Ref.Namespace) {
					continue // a proxy is told its own by the slices of its namespace alone
				}
				key := a.Key(s.Ref.Namespace)
				for _, port := range b.Ports {
					if i := slices.IndexFunc(s.Ports, func(p ServicePortSpec) bool { return p.Name == port.Name }); i >= 0 {
						out[key] = append(out[key], lead{s, s.Ports[i], port.Number})
					}
				}
			}
		}
	}
	return out
}

// leadsTo are the leads to any pod of a workload, oldest Service first.
func (r *Resolver) leadsTo(w *Workload) []lead {
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

// Elsewhere reports a pod of another namespace than the slice's.
func (a BackingAddress) Elsewhere(slice string) bool {
	return a.Namespace != "" && a.Namespace != slice
}

// Key finds the pod in a podIndex: by its name, else by its address.
func (a BackingAddress) Key(namespace string) podKey {
	if a.Pod != "" {
		return podKey{cmp.Or(a.Namespace, namespace), a.Pod, ""}
	}
	return podKey{namespace, "", a.IP}
}

// PodIndex finds the workload of a running pod by the pod's name or address (1.11).
type PodIndex struct {
	Workloads map[podKey]*Workload
	Gaps      resolve.Gaps
}

type podKey struct{ namespace, pod, ip string }

// NewPodIndex finds the pods of workloads.
func NewPodIndex(workloads []*Workload, gaps resolve.Gaps) PodIndex {
	x := PodIndex{map[podKey]*Workload{}, gaps}
	for _, w := range workloads {
		for _, name := range w.PodNames {
			x.Workloads[podKey{w.Ref.Namespace, name, ""}] = w
		}
		for _, ip := range w.Addresses {
			x.Workloads[podKey{w.Ref.Namespace, "", ip}] = w
		}
	}
	return x
}
