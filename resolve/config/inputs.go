package config

import (
	"maps"
	"slices"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// With are the objects after changes, sorted by object. What does not change is shared.
func (c *Collection) With(deltas []Delta) *Collection {
	n := *c
	n.Everywhere, n.Counts, n.Others = maps.Clone(c.Everywhere), maps.Clone(c.Counts), maps.Clone(c.Others)
	byKind := map[resolve.Kind][]Delta{}
	for _, d := range deltas {
		kind := d.Ref.Kind
		if kind.MakesPods() {
			kind = resolve.KindWorkload // one list has them all
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
func (c *Collection) change(kind resolve.Kind, ds []Delta) {
	switch kind {
	case resolve.KindNamespace:
		c.Namespaces = changeOf(c, ds, c.Namespaces)
	case resolve.KindService:
		c.Services = changeOf(c, ds, c.Services)
	case resolve.KindEndpointSlice:
		c.Slices = changeOf(c, ds, c.Slices)
	case resolve.KindEndpoints:
		c.Endpoints = changeOf(c, ds, c.Endpoints)
	case resolve.KindPod:
		c.Pods = changeOf(c, ds, c.Pods)
	case resolve.KindWorkload:
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
func (c *Collection) changeTyped(kind resolve.Kind, ds []Delta) {
	switch kind {
	case resolve.KindPeerAuthentication:
		c.Policies = changeOf(nil, ds, c.Policies)
	case resolve.KindSidecar:
		c.Sidecars = changeOf(nil, ds, c.Sidecars)
	case resolve.KindGateway:
		c.Gateways = changeOf(nil, ds, c.Gateways)
	case resolve.KindKubeGateway:
		c.KubeGateways = changeOf(nil, ds, c.KubeGateways)
	case resolve.KindWorkloadEntry:
		c.Entries = changeOf(nil, ds, c.Entries)
	case resolve.KindWorkloadGroup:
		c.Groups = changeOf(nil, ds, c.Groups)
	case resolve.KindServiceEntry:
		c.ServiceEntries = changeOf(nil, ds, c.ServiceEntries)
	case resolve.KindDestinationRule:
		c.Rules = changeOf(nil, ds, c.Rules)
	case resolve.KindVirtualService:
		c.VirtualServices = changeOf(nil, ds, c.VirtualServices)
	case resolve.KindMeshConfig:
		c.meshConfigs = changeOf(nil, ds, c.meshConfigs)
	case resolve.KindServiceMeshControlPlane:
		c.ControlPlanes = changeOf(nil, ds, c.ControlPlanes)
	case resolve.KindServiceMeshMemberRoll:
		c.MemberRolls = changeOf(nil, ds, c.MemberRolls)
	}
}

// changeOf is a sorted list after changes; tally, unless nil, counts what comes and goes.
func changeOf[T any](tally *Collection, ds []Delta, list []Typed[T]) []Typed[T] {
	out := make([]Typed[T], 0, len(list)+len(ds))
	for _, d := range ds {
		i, there := slices.BinarySearchFunc(list, d.Ref, func(o Typed[T], ref resolve.Ref) int { return o.Ref().Compare(ref) })
		out = append(out, list[:i]...)
		list = list[i:]
		if there {
			list = list[1:]
			tally.count(d.Ref, -1)
		}
		if !d.Removes() {
			out = append(out, Typed[T]{d.Is, d.Is.Value.(T)})
			tally.count(d.Ref, 1)
		}
	}
	return append(out, list...)
}

func (c *Collection) changedOthers(ds []Delta, list []resolve.Object) []resolve.Object {
	out := make([]resolve.Object, 0, len(list)+len(ds))
	for _, d := range ds {
		i, there := slices.BinarySearchFunc(list, d.Ref, func(o resolve.Object, ref resolve.Ref) int { return o.Ref().Compare(ref) })
		out = append(out, list[:i]...)
		list = list[i:]
		if there {
			list = list[1:]
			c.count(d.Ref, -1)
		}
		if !d.Removes() {
			out = append(out, d.Is)
			c.count(d.Ref, 1)
		}
	}
	return append(out, list...)
}

func (c *Collection) count(ref resolve.Ref, n int) {
	if c != nil {
		c.tally(ref, n)
	}
}

// Object is one of the input by its name, the zero Object for none.
func (c *Collection) Object(ref resolve.Ref) resolve.Object {
	switch {
	case ref.Kind == resolve.KindNamespace:
		return find(c.Namespaces, ref)
	case ref.Kind == resolve.KindService:
		return find(c.Services, ref)
	case ref.Kind == resolve.KindEndpointSlice:
		return find(c.Slices, ref)
	case ref.Kind == resolve.KindEndpoints:
		return find(c.Endpoints, ref)
	case ref.Kind == resolve.KindPod:
		return find(c.Pods, ref)
	case ref.Kind.MakesPods():
		return find(c.Controllers, ref)
	}
	list := c.Others[ref.Kind]
	if i, there := slices.BinarySearchFunc(list, ref, func(o resolve.Object, ref resolve.Ref) int { return o.Ref().Compare(ref) }); there {
		return list[i]
	}
	return resolve.Object{}
}

func find[T any](list []Typed[T], ref resolve.Ref) resolve.Object {
	if i, there := slices.BinarySearchFunc(list, ref, func(o Typed[T], ref resolve.Ref) int { return o.Ref().Compare(ref) }); there {
		return list[i].Object
	}
	return resolve.Object{}
}

// SelectorOf is the selector by which an object picks pods, nil for one that picks none.
func SelectorOf(o resolve.Object) map[string]string {
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

// Appended adds objects of one Go type to a list.
func Appended[T any](out []resolve.Object, list []Typed[T]) []resolve.Object {
	for i := range list {
		out = append(out, list[i].Object)
	}
	return out
}

// Look shows each object of a list.
func Look[T any](list []Typed[T], look func(*resolve.Object)) {
	for i := range list {
		look(&list[i].Object)
	}
}
