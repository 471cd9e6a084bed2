package resolve

import (
	"maps"
	"slices"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	corev1 "k8s.io/api/core/v1"
)

// with are the objects after changes, sorted by object. What does not change is shared.
func (c *collection) with(deltas []Delta) *collection {
	n := *c
	n.everywhere, n.counts, n.others = maps.Clone(c.everywhere), maps.Clone(c.counts), maps.Clone(c.others)
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
	if len(c.again) > 0 {
		n.again = slices.DeleteFunc(slices.Clone(c.again), func(same []*named) bool {
			return slices.ContainsFunc(deltas, func(d Delta) bool { return d.Ref == same[0].ref })
		})
	}
	return &n
}

// change carries changes of one kind out.
func (c *collection) change(kind Kind, ds []Delta) {
	switch kind {
	case KindNamespace:
		c.namespaces = changeOf(c, ds, c.namespaces)
	case KindService:
		c.services = changeOf(c, ds, c.services)
	case KindEndpointSlice:
		c.slices = changeOf(c, ds, c.slices)
	case KindEndpoints:
		c.endpoints = changeOf(c, ds, c.endpoints)
	case KindPod:
		c.pods = changeOf(c, ds, c.pods)
	case KindWorkload:
		c.controllers = changeOf(c, ds, c.controllers)
	default:
		c.others[kind] = c.changedOthers(ds, c.others[kind])
		if len(c.others[kind]) == 0 {
			delete(c.others, kind)
		}
		c.changeTyped(kind, ds)
	}
}

// changeTyped changes the list of a kind whose Go type is known, beside that of others.
func (c *collection) changeTyped(kind Kind, ds []Delta) {
	switch kind {
	case KindPeerAuthentication:
		c.policies = changeOf(nil, ds, c.policies)
	case KindSidecar:
		c.sidecars = changeOf(nil, ds, c.sidecars)
	case KindGateway:
		c.gateways = changeOf(nil, ds, c.gateways)
	case KindKubeGateway:
		c.kubeGateways = changeOf(nil, ds, c.kubeGateways)
	case KindWorkloadEntry:
		c.entries = changeOf(nil, ds, c.entries)
	case KindWorkloadGroup:
		c.groups = changeOf(nil, ds, c.groups)
	case KindServiceEntry:
		c.serviceEntries = changeOf(nil, ds, c.serviceEntries)
	case KindDestinationRule:
		c.rules = changeOf(nil, ds, c.rules)
	case KindVirtualService:
		c.virtualServices = changeOf(nil, ds, c.virtualServices)
	case KindMeshConfig:
		c.meshConfigs = changeOf(nil, ds, c.meshConfigs)
	case KindServiceMeshControlPlane:
		c.controlPlanes = changeOf(nil, ds, c.controlPlanes)
	case KindServiceMeshMemberRoll:
		c.memberRolls = changeOf(nil, ds, c.memberRolls)
	}
}

// changeOf is a sorted list after changes; tally, unless nil, counts what comes and goes.
func changeOf[T any](tally *collection, ds []Delta, list []Typed[T]) []Typed[T] {
	out := make([]Typed[T], 0, len(list)+len(ds))
	for _, d := range ds {
		i, there := slices.BinarySearchFunc(list, d.Ref, func(o Typed[T], ref Ref) int { return o.Ref().Compare(ref) })
		out = append(out, list[:i]...)
		list = list[i:]
		if there {
			list = list[1:]
			tally.count(d.Ref, -1)
		}
		if !d.goes() {
			out = append(out, Typed[T]{d.Is, d.Is.Value.(T)})
			tally.count(d.Ref, 1)
		}
	}
	return append(out, list...)
}

func (c *collection) changedOthers(ds []Delta, list []Object) []Object {
	out := make([]Object, 0, len(list)+len(ds))
	for _, d := range ds {
		i, there := slices.BinarySearchFunc(list, d.Ref, func(o Object, ref Ref) int { return o.Ref().Compare(ref) })
		out = append(out, list[:i]...)
		list = list[i:]
		if there {
			list = list[1:]
			c.count(d.Ref, -1)
		}
		if !d.goes() {
			out = append(out, d.Is)
			c.count(d.Ref, 1)
		}
	}
	return append(out, list...)
}

func (c *collection) count(ref Ref, n int) {
	if c != nil {
		c.tally(ref, n)
	}
}

// object is one of the input by its name, the zero Object for none.
func (c *collection) object(ref Ref) Object {
	switch {
	case ref.Kind == KindNamespace:
		return find(c.namespaces, ref)
	case ref.Kind == KindService:
		return find(c.services, ref)
	case ref.Kind == KindEndpointSlice:
		return find(c.slices, ref)
	case ref.Kind == KindEndpoints:
		return find(c.endpoints, ref)
	case ref.Kind == KindPod:
		return find(c.pods, ref)
	case ref.Kind.MakesPods():
		return find(c.controllers, ref)
	}
	list := c.others[ref.Kind]
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

// selectorOf is the selector by which an object picks pods, nil for one that picks none.
func selectorOf(o Object) map[string]string {
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

func appended[T any](out []Object, list []Typed[T]) []Object {
	for i := range list {
		out = append(out, list[i].Object)
	}
	return out
}

func lookAt[T any](list []Typed[T], look func(*Object)) {
	for i := range list {
		look(&list[i].Object)
	}
}
