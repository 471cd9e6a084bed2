package inbound

import (
	"maps"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
)

// machines resolves WorkloadEntries and WorkloadGroups: workloads outside of
// Kubernetes (1.10).
func (r *Resolver) machines() []*Workload { return r.machinesOf(r.input.Entries, r.input.Groups) }

// machinesIn are those of one namespace.
func (r *Resolver) machinesIn(ns string) []*Workload {
	return r.machinesOf(config.InNamespace(r.input.Entries, ns), config.InNamespace(r.input.Groups, ns))
}

func (r *Resolver) machinesOf(entries []config.Typed[*networkingv1.WorkloadEntry], groups []config.Typed[*networkingv1.WorkloadGroup]) []*Workload {
	var out []*Workload
	for _, o := range entries {
		labels := overlay(o.As.Spec.GetLabels(), o.As.Labels)
		w := r.machine(o.Object, "spec", labels, &o.As.Spec)
		w.At = o.As.Spec.GetAddress()
		out = append(out, w)
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
func IsMachine(kind resolve.Kind) bool {
	return kind == resolve.KindWorkloadEntry || kind == resolve.KindWorkloadGroup
}

// overlay is base with over on top: an entry's own labels are overlaid by its
// metadata labels (1.10).
func overlay(base, over map[string]string) map[string]string {
	out := make(map[string]string, len(base)+len(over))
	maps.Copy(out, base)
	maps.Copy(out, over)
	return out
}

func (r *Resolver) machine(o resolve.Object, at resolve.Field, labels map[string]string, entry *networkingapi.WorkloadEntry) *Workload {
	p := &pod.Pod{Namespace: o.Value.GetNamespace(), Labels: labels, Meta: "metadata", Spec: at, Origin: o.Origin, ServiceAccount: entry.GetServiceAccount()}
	for _, name := range slices.Sorted(maps.Keys(entry.GetPorts())) {
		p.Ports = append(p.Ports, pod.ContainerPort{Number: int32(entry.GetPorts()[name]), Name: name})
	}
	w := r.workload(pod.Member{Ref: o.Ref(), Origin: o.Origin, Pod: p}, machineMembership(p, at))
	w.Network = entry.GetNetwork()
	if o.Value.GetAnnotations()[resolve.RedirectionAnnotation] == "enabled" && w.Tunnel == NoTunnel {
		w.Tunnel = TunnelLabelled
	}
	return w
}

// machineMembership keeps what a client believes apart from what is there: an
// entry without a service account is called in plaintext, whether or not a proxy
// runs on the machine.
func machineMembership(p *pod.Pod, at resolve.Field) resolve.Membership {
	mode, labelled := p.Labels[resolve.TLSModeLabel]
	out := resolve.NewMembership(resolve.DataplaneUnknown, resolve.Reason{Cause: resolve.CauseNoServiceAccount}, resolve.Place{Origin: p.Origin, Field: at})
	switch {
	case mode == "istio":
		out = resolve.NewMembership(resolve.DataplaneVM, resolve.Reason{Cause: resolve.CauseMachineLabelled}, p.Label(resolve.TLSModeLabel))
	case labelled:
		out = resolve.NewMembership(resolve.DataplaneUnknown, resolve.Because(resolve.CauseMachineMislabelled, resolve.Details{Text: mode}), p.Label(resolve.TLSModeLabel))
	case p.ServiceAccount != "":
		out = resolve.NewMembership(resolve.DataplaneVM, resolve.Reason{Cause: resolve.CauseServiceAccount}, resolve.Place{Origin: p.Origin, Field: at.Child("serviceAccount")})
	}
	out.Revision = resolve.DefaultRevision
	return out
}
