package resolve

import (
	"maps"
	"slices"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	corev1 "k8s.io/api/core/v1"
)

// With are the objects after changes, sorted by object. What does not change is shared.
func (c *Collection) With(deltas []Delta) *Collection {
	n := *c
	n.Everywhere, n.Counts, n.Others = maps.Clone(c.Everywhere), maps.Clone(c.Counts), maps.Clone(c.Others)
	byKind := map[Kind][]Delta{}
	for _, d := range deltas {
		kind := d.Ref.Kind
		if kind.MakesPods() {
			kind = KindWorkload // one list has them all
		}
		byKind[kind] = append(byKind[kind], d)
	}
	for kind, ds := range byKind {
		n.change(kind, ds)
	}
	if len(c.Again) > 0 {
		n.Again = slices.DeleteFunc(slices.Clone(c.Again), func(same []*Named) bool {
			return slices.ContainsFunc(deltas, func(d Delta) bool { return d.Ref == same[0].Ref })
		})
	}
	return &n
}

// change carries changes of one kind out.
func (c *Collection) change(kind Kind, ds []Delta) {
	switch kind {
	case KindNamespace:
		c.Namespaces = changeOf(c, ds, c.Namespaces)
	case KindService:
		c.Services = changeOf(c, ds, c.Services)
	case KindEndpointSlice:
		c.Slices = changeOf(c, ds, c.Slices)
	case KindEndpoints:
		c.Endpoints = changeOf(c, ds, c.Endpoints)
	case KindPod:
		c.Pods = changeOf(c, ds, c.Pods)
	case KindWorkload:
		c.Controllers = changeOf(c, ds, c.Controllers)
	default:
		c.Others[kind] = c.changedOthers(ds, c.Others[kind])
		if len(c.Others[kind]) == 0 {
			delete(c.Others, kind)
		}
		c.changeTyped(kind, ds)
	}
}

// changeTyped changes the list of a kind whose Go type is known, beside that of others.
func (c *Collection) changeTyped(kind Kind, ds []Delta) {
	switch kind {
	case KindPeerAuthentication:
		c.Policies = changeOf(nil, ds, c.Policies)
	case KindSidecar:
		c.Sidecars = changeOf(nil, ds, c.Sidecars)
	case KindGateway:
		c.Gateways = changeOf(nil, ds, c.Gateways)
	case KindKubeGateway:
		c.KubeGateways = changeOf(nil, ds, c.KubeGateways)
	case KindWorkloadEntry:
		c.Entries = changeOf(nil, ds, c.Entries)
	case KindWorkloadGroup:
		c.Groups = changeOf(nil, ds, c.Groups)
	case KindServiceEntry:
		c.ServiceEntries = changeOf(nil, ds, c.ServiceEntries)
	case KindDestinationRule:
		c.Rules = changeOf(nil, ds, c.Rules)
	case KindVirtualService:
		c.VirtualServices = changeOf(nil, ds, c.VirtualServices)
	case KindMeshConfig:
		c.meshConfigs = changeOf(nil, ds, c.meshConfigs)
	case KindServiceMeshControlPlane:
		c.ControlPlanes = changeOf(nil, ds, c.ControlPlanes)
	case KindServiceMeshMemberRoll:
		c.memberRolls = changeOf(nil, ds, c.memberRolls)
	}
}

// changeOf is a sorted list after changes; tally, unless nil, counts what comes and goes.
func changeOf[T any](tally *Collection, ds []Delta, list []Typed[T]) []Typed[T] {
	out := make([]Typed[T], 0, len(list)+len(ds))
	for _, d := range ds {
		i, there := slices.BinarySearchFunc(list, d.Ref, func(o Typed[T], ref Ref) int { return o.Ref().Compare(ref) })
		out = append(out, list[:i]...)
		list = list[i:]
		if there {
			list = list[1:]
			tally.count(d.Ref, -1)
		}
		if !d.Goes() {
			out = append(out, Typed[T]{d.Is, d.Is.Value.(T)})
			tally.count(d.Ref, 1)
		}
	}
	return append(out, list...)
}

func (c *Collection) changedOthers(ds []Delta, list []Object) []Object {
	out := make([]Object, 0, len(list)+len(ds))
	for _, d := range ds {
		i, there := slices.BinarySearchFunc(list, d.Ref, func(o Object, ref Ref) int { return o.Ref().Compare(ref) })
		out = append(out, list[:i]...)
		list = list[i:]
		if there {
			list = list[1:]
			c.count(d.Ref, -1)
		}
		if !d.Goes() {
			out = append(out, d.Is)
			c.count(d.Ref, 1)
		}
	}
	return append(out, list...)
}

func (c *Collection) count(ref Ref, n int) {
	if c != nil {
		c.tally(ref, n)
	}
}

// Object is one of the input by its name, the zero Object for none.
func (c *Collection) Object(ref Ref) Object {
	switch {
	case ref.Kind == KindNamespace:
		return find(c.Namespaces, ref)
	case ref.Kind == KindService:
		return find(c.Services, ref)
	case ref.Kind == KindEndpointSlice:
		return find(c.Slices, ref)
	case ref.Kind == KindEndpoints:
		return find(c.Endpoints, ref)
	case ref.Kind == KindPod:
		return find(c.Pods, ref)
	case ref.Kind.MakesPods():
		return find(c.Controllers, ref)
	}
	list := c.Others[ref.Kind]
	if i, there := slices.BinarySearchFunc(list, ref, func(o Object, ref Ref) int { return o.Ref().Compare(ref) }); there {
		return list[i]
	}
	return Object{}
}

func find[T any](list []Typed[T], ref Ref) Object {
	if i, there := slices.BinarySearchFunc(list, ref, func(o Typed[T], ref Ref) int { return o.Ref().Compare(ref) }); there {
		return list[i].Object
	}
	return Object{}
}

// SelectorOf is the selector by which an object picks pods, nil for one that picks none.
func SelectorOf(o Object) map[string]string {
	switch v := o.Value.(type) {
	case *corev1.Service:
		return v.Spec.Selector
	case *securityv1.PeerAuthentication:
		return v.Spec.GetSelector().GetMatchLabels()
	case *networkingv1.Sidecar:
		return v.Spec.GetWorkloadSelector().GetLabels()
	case *networkingv1.Gateway:
		return v.Spec.GetSelector()
	}
	return nil
}

func Appended[T any](out []Object, list []Typed[T]) []Object {
	for i := range list {
		out = append(out, list[i].Object)
	}
	return out
}

func Look[T any](list []Typed[T], look func(*Object)) {
	for i := range list {
		look(&list[i].Object)
	}
}
