package change

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// staleServices are the Services whose EndpointSlices no longer tell what is behind
// them: what their selectors pick has to be looked up.
func (a *applying) staleServices() map[resolve.Ref]bool {
	stale := map[resolve.Ref]bool{}
	selecting := map[string][]*corev1.Service{}
	for _, list := range [][]resolve.Object{a.base, a.Apply} {
		for _, o := range list {
			v, ok := o.Value.(*corev1.Service)
			if !ok {
				continue
			}
			old, _ := a.was[o.Ref()].Value.(*corev1.Service)
			if a.removed[o.Ref()] || old != nil && old != v && !sameBackends(old, v) {
				stale[o.Ref()] = true
			}
			if len(a.touched) > 0 && len(v.Spec.Selector) > 0 {
				selecting[v.Namespace] = append(selecting[v.Namespace], v)
			}
		}
	}
	for _, t := range a.touched {
		for _, s := range selecting[t.namespace] {
			if resolve.Selects(s.Spec.Selector, t.labels) {
				stale[resolve.Ref{Kind: resolve.KindService, Namespace: s.Namespace, Name: s.Name}] = true
			}
		}
	}
	return stale
}

// sameBackends reports Services whose EndpointSlices would be the same. One without a
// selector has slices that somebody else writes.
func sameBackends(a, b *corev1.Service) bool {
	if len(b.Spec.Selector) == 0 {
		return true
	}
	if !maps.Equal(a.Spec.Selector, b.Spec.Selector) || len(a.Spec.Ports) != len(b.Spec.Ports) {
		return false
	}
	for i := range a.Spec.Ports {
		p, q := &a.Spec.Ports[i], &b.Spec.Ports[i]
		if p.Name != q.Name || p.Port != q.Port || inbound.TargetPort(p) != inbound.TargetPort(q) {
			return false
		}
	}
	return true
}

// backed is the Service that an EndpointSlice or an Endpoints object is of.
func backed(o resolve.Object) (service resolve.Ref, ok bool) {
	switch o.Kind {
	case resolve.KindEndpointSlice:
		name := o.Value.GetLabels()[discoveryv1.LabelServiceName]
		return resolve.Ref{Kind: resolve.KindService, Namespace: o.Value.GetNamespace(), Name: name}, name != ""
	case resolve.KindEndpoints:
		return resolve.Ref{Kind: resolve.KindService, Namespace: o.Value.GetNamespace(), Name: o.Value.GetName()}, true
	}
	return resolve.Ref{}, false
}
