package inbound

import (
	"reflect"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/parallel"
)

// Space decides the workloads of a namespace anew: those that it had, or where its pods or
// labels changed, those that it has now. all is set where nearly all of them differ. A workload to which nothing happened stays the one
// it was.
func (r *Resolver) Space(was *Space, ns string, pods, all bool) *Space {
	x := &Space{}
	if pods {
		x.Workloads = r.membersIn(ns)
	}
	if was == nil {
		return x
	}
	if !pods {
		x.Workloads = slices.Clone(was.Workloads)
		parallel.Do(len(x.Workloads), 256, func(i int) { x.Workloads[i] = r.again(x.Workloads[i]) })
	}
	if all {
		return x
	}
	known := make(map[workloadKey]*Workload, len(was.Workloads))
	for _, w := range was.Workloads {
		known[workloadKey{w.Ref, w.Variant}] = w
	}
	for i, w := range x.Workloads {
		if before := known[workloadKey{w.Ref, w.Variant}]; before != nil && reflect.DeepEqual(before, w) {
			x.Workloads[i] = before
		}
	}
	return x
}

type workloadKey struct {
	ref     resolve.Ref
	variant int
}

// again is a workload decided anew; its pods are what they were.
func (r *Resolver) again(w *Workload) *Workload {
	if w.Ref.Kind == resolve.KindKubeGateway {
		return w
	}
	n := *w
	if r.byNamespace != nil {
		n.services = r.servicesOf(&n)
	}
	d := r.decider(&n)
	switch {
	case r.byNamespace != nil || n.In.Winners[resolve.ScopeWorkload] != w.In.Winners[resolve.ScopeWorkload]:
		n.Ports = r.ports(d)
	case n.Membership.Dataplane == resolve.DataplaneGateway: // its servers decide, never a policy (2.15)
	default: // no policy takes a port away, or brings one
		n.Ports = slices.Clone(w.Ports)
		for i := range n.Ports {
			n.Ports[i].Listener = ""
		}
		d.each(n.Ports)
	}
	d.rest()
	return &n
}

// membersIn are the workloads of a namespace by its pods and templates.
func (r *Resolver) membersIn(ns string) []*Workload {
	list := r.resolved(resolve.MembersOf(resolve.InNamespace(r.input.Pods, ns), resolve.InNamespace(r.input.Controllers, ns), r.world.PerPod))
	list = append(list, r.machinesIn(ns)...)
	list = append(list, r.kubeGateways(resolve.InNamespace(r.input.KubeGateways, ns), list)...)
	slices.SortFunc(list, (*Workload).Compare)
	return list
}
