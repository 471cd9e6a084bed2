package outbound

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// ofPod is the pod whose address a WorkloadEntry has, nil for a machine of its own. Of ambient
// pods ztunnel has both, and the entry stays what it is.
func (r *residents) ofPod(w *inbound.Workload) *inbound.Workload {
	if w.At == "" || w.Tunnel != inbound.NoTunnel {
		return nil
	}
	ip, ok := single(w.At)
	if !ok {
		return nil
	}
	r.index()
	if list := r.pods[ip]; len(list) == 1 && list[0].Membership.Dataplane != resolve.DataplaneAmbient {
		return list[0]
	}
	return nil
}

// unmasked are endpoints in which WorkloadEntries at pods' addresses are those addresses: clients
// take them for what the entry says, and the bytes come to the pod.
func (r *residents) unmasked(list []Endpoint) []Endpoint {
	for i := range list {
		e := &list[i]
		if e.Workload == nil || e.Address != "" || r.ofPod(e.Workload) == nil {
			continue
		}
		is := e.capability()
		in := r.side.In.Policies.Chain(e.Workload.Ref.Namespace, resolve.DefaultRevision, e.Labels)
		e.Address, e.network, e.why, e.at, e.Policy = e.Workload.At, e.Workload.Network, is.why, is.at, in.ModeOf(e.Port)
		e.Workload = nil
	}
	return list
}

// unmask does so for a Service: its endpoints stand there, and nothing else of it changes.
func (r *residents) unmask(h *Host) {
	for i := range h.Ports {
		p := &h.Ports[i]
		p.Endpoints = r.inPlaceOfPods(h, p.Endpoints)
		p.alone = r.inPlaceOfPods(h, p.alone)
	}
}

// inPlaceOfPods leaves all other endpoints of a Service as they are: addresses of EndpointSlices too.
func (r *residents) inPlaceOfPods(h *Host, list []Endpoint) []Endpoint {
	for i := range list {
		e := &list[i]
		if e.Workload == nil || e.Address != "" {
			continue
		}
		if w := r.ofPod(e.Workload); w != nil {
			r.unmasked(list[i : i+1])
			e.Workload, r.side.leading[h.Namespace] = w, true
		}
	}
	return list
}

// podNamed is the workload of the pod of a headless Service that a name stands for:
// "db-0.db.shop.svc.cluster.local"; nil for other names.
func (side *Side) podNamed(name string) *inbound.Workload {
	pod, service, _ := strings.Cut(name, ".")
	s := side.serviceNamed(service)
	if s == nil || !s.Headless {
		return nil
	}
	for _, w := range side.behind(s) {
		at, numbered := strings.CutPrefix(pod, w.Ref.Name+"-")
		_, err := strconv.ParseUint(at, 10, 31)
		if slices.Contains(w.PodNames, pod) || w.Ref.Kind == resolve.KindStatefulSet && numbered && err == nil {
			return w
		}
	}
	return nil
}
