package resolve

import (
	"reflect"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve/parallel"
)

// space decides the workloads of a namespace anew: those that it had, or where its pods or
// labels changed, those that it has now. all is set where nearly all of them differ. A workload to which nothing happened stays the one
// it was.
func (r *resolver) space(was *space, ns string, pods, all bool) *space {
	x := &space{}
	if pods {
		x.workloads = r.membersIn(ns)
	}
	if was == nil {
		return x
	}
	if !pods {
		x.workloads = slices.Clone(was.workloads)
		parallel.Do(len(x.workloads), 256, func(i int) { x.workloads[i] = r.again(x.workloads[i]) })
	}
	if all {
		return x
	}
	known := make(map[workloadKey]*Workload, len(was.workloads))
	for _, w := range was.workloads {
		known[workloadKey{w.Ref, w.Variant}] = w
	}
	for i, w := range x.workloads {
		if before := known[workloadKey{w.Ref, w.Variant}]; before != nil && reflect.DeepEqual(before, w) {
			x.workloads[i] = before
		}
	}
	return x
}

type workloadKey struct {
	ref     Ref
	variant int
}

// again is a workload decided anew; its pods are what they were.
func (r *resolver) again(w *Workload) *Workload {
	if w.Ref.Kind == KindKubeGateway {
		return w
	}
	n := *w
	if r.byNamespace != nil {
		n.services = r.servicesOf(&n)
	}
	d := r.decider(&n)
	switch {
	case r.byNamespace != nil || n.in.winners[ScopeWorkload] != w.in.winners[ScopeWorkload]:
		n.Ports = r.ports(d)
	case n.Membership.Dataplane == DataplaneGateway: // its servers decide, never a policy (2.15)
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
func (r *resolver) membersIn(ns string) []*Workload {
	list := r.resolved(membersOf(in(r.input.pods, ns), in(r.input.controllers, ns), r.world.perPod))
	list = append(list, r.machinesIn(ns)...)
	list = append(list, r.kubeGateways(in(r.input.kubeGateways, ns), list)...)
	slices.SortFunc(list, (*Workload).Compare)
	return list
}
