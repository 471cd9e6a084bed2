package resolve

import (
	"maps"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
)

// machines resolves WorkloadEntries and WorkloadGroups: workloads outside of
// Kubernetes (1.10).
func (r *Resolver) machines() []*Workload { return r.machinesOf(r.input.entries, r.input.groups) }

// machinesIn are those of one namespace.
func (r *Resolver) machinesIn(ns string) []*Workload {
	return r.machinesOf(InNamespace(r.input.entries, ns), InNamespace(r.input.groups, ns))
}

func (r *Resolver) machinesOf(entries []Typed[*networkingv1.WorkloadEntry], groups []Typed[*networkingv1.WorkloadGroup]) []*Workload {
	var out []*Workload
	for _, o := range entries {
		labels := overlay(o.As.Spec.GetLabels(), o.As.Labels)
		out = append(out, r.machine(o.Object, "spec", labels, &o.As.Spec))
	}
	for _, o := range groups {
		template := o.As.Spec.GetTemplate()
		if template == nil {
			template = &networkingapi.WorkloadEntry{}
		}
		labels := overlay(template.GetLabels(), o.As.Spec.GetMetadata().GetLabels())
		out = append(out, r.machine(o.Object, "spec.template", labels, template))
	}
	return out
}

// IsMachine reports whether a kind stands for workloads outside of Kubernetes.
func IsMachine(kind Kind) bool { return kind == KindWorkloadEntry || kind == KindWorkloadGroup }

// overlay is base with over on top: an entry's own labels are overlaid by its
// metadata labels (1.10).
func overlay(base, over map[string]string) map[string]string {
	out := make(map[string]string, len(base)+len(over))
	maps.Copy(out, base)
	maps.Copy(out, over)
	return out
}

func (r *Resolver) machine(o Object, at Field, labels map[string]string, entry *networkingapi.WorkloadEntry) *Workload {
	p := &pod{namespace: o.Value.GetNamespace(), labels: labels, meta: "metadata", spec: at, origin: o.Origin, serviceAccount: entry.GetServiceAccount()}
	for _, name := range slices.Sorted(maps.Keys(entry.GetPorts())) {
		p.ports = append(p.ports, containerPort{number: int32(entry.GetPorts()[name]), name: name})
	}
	w := r.workload(member{ref: o.Ref(), origin: o.Origin, pod: p}, machineMembership(p, at))
	w.Network = entry.GetNetwork()
	return w
}

// machineMembership keeps what a client believes apart from what is there: an
// entry without a service account is called in plaintext, whether or not a proxy
// runs on the machine.
func machineMembership(p *pod, at Field) Membership {
	mode, labelled := p.labels[TLSModeLabel]
	out := membership(DataplaneUnknown, Reason{Cause: CauseNoServiceAccount}, Place{p.origin, at})
	switch {
	case mode == "istio":
		out = membership(DataplaneVM, Reason{Cause: CauseMachineLabelled}, p.label(TLSModeLabel))
	case labelled:
		out = membership(DataplaneUnknown, Because(CauseMachineMislabelled, Details{Text: mode}), p.label(TLSModeLabel))
	case p.serviceAccount != "":
		out = membership(DataplaneVM, Reason{Cause: CauseServiceAccount}, Place{p.origin, at.Child("serviceAccount")})
	}
	out.Revision = DefaultRevision
	return out
}
