package inbound

import (
	"cmp"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// Sidecars finds the Sidecar resource that shapes a workload's proxy (3.1.2).
type Sidecars struct {
	control     *resolve.Control
	byNamespace map[string][]resolve.Typed[*networkingv1.Sidecar]
}

func NewSidecars(k *resolve.Control, objects []resolve.Typed[*networkingv1.Sidecar]) Sidecars {
	s := Sidecars{k, map[string][]resolve.Typed[*networkingv1.Sidecar]{}}
	sorted := slices.Clone(objects)
	slices.SortFunc(sorted, func(a, b resolve.Typed[*networkingv1.Sidecar]) int {
		return cmp.Or(a.As.CreationTimestamp.Compare(b.As.CreationTimestamp.Time), cmp.Compare(a.As.Name, b.As.Name))
	})
	for _, o := range sorted {
		s.byNamespace[o.As.Namespace] = append(s.byNamespace[o.As.Namespace], o)
	}
	return s
}

// Of is the oldest Sidecar of the namespace that selects the labels, else the
// oldest without selector, else the root namespace's without selector. ok is
// false when none applies.
func (s Sidecars) Of(namespace, revision string, labels map[string]string) (found resolve.Typed[*networkingv1.Sidecar], ok bool) {
	for _, o := range s.byNamespace[namespace] {
		if selector := o.As.Spec.GetWorkloadSelector(); selector != nil && Visible(o.As.Labels, revision) && resolve.Selects(selector.Labels, labels) {
			return o, true
		}
	}
	for _, ns := range []string{namespace, s.control.RootOf(revision)} {
		for _, o := range s.byNamespace[ns] {
			if o.As.Spec.GetWorkloadSelector() == nil && Visible(o.As.Labels, revision) {
				return o, true
			}
		}
	}
	return found, false
}

// Visible reports whether the control plane of a revision reads an object (1.14).
func Visible(labels map[string]string, revision string) bool {
	label, ok := labels[resolve.RevisionLabel]
	return !ok || label == revision
}

// ingressOf is the Sidecar's listener for a port; nil when it lists others only.
func ingressOf(s *networkingv1.Sidecar, port int32) (listener *networkingapi.IstioIngressListener, index int) {
	for i, l := range s.Spec.GetIngress() {
		if int32(l.GetPort().GetNumber()) == port {
			return l, i
		}
	}
	return nil, -1
}
