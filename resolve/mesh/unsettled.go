package mesh

import (
	"maps"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// Unsettled is a namespace of which nobody can tell whether it injects, because its
// Namespace object is not in the input, and it matters: one of its workloads may have a
// sidecar or not (1.13).
type Unsettled struct {
	Namespace string
	// Workloads is how many of them may have a sidecar or not.
	Workloads int
	// Speaks is an object that makes sense only where the namespace injects: a policy, a
	// rule or a Sidecar of it, or a workload with an annotation for its sidecar. The zero
	// Ref: nothing of the input speaks for it.
	Speaks resolve.Ref
}

// Unsettled are the namespaces whose injection the input leaves open, sorted by name. A
// cluster settles all of them, or has a Gap.
func (m *Mesh) Unsettled() []Unsettled {
	open := map[string]*Unsettled{}
	for _, w := range m.workloads {
		ns := m.namespaceByName[w.Ref.Namespace]
		if w.Membership.Dataplane != resolve.DataplaneUnknown || !w.Membership.Why.NamespaceUnknown() || ns == nil || ns.Known {
			continue
		}
		u := open[ns.Name]
		if u == nil {
			u = &Unsettled{Namespace: ns.Name}
			open[ns.Name] = u
		}
		if u.Workloads++; u.Speaks.IsZero() && m.rootNamespace != ns.Name && speaksOfSidecar(w) {
			u.Speaks = w.Ref
		}
	}
	if len(open) > 0 && m.gaps.At(resolve.KindNamespace, "") == nil {
		m.hear(open)
	}
	list := make([]Unsettled, 0, len(open))
	for _, name := range slices.Sorted(maps.Keys(open)) {
		list = append(list, *open[name])
	}
	return list
}

// spokenBy are the kinds that only a proxy of their own namespace reads. Those of the root
// namespace are about the whole mesh, and say nothing of the workloads beside them.
var spokenBy = []resolve.Kind{
	resolve.KindPeerAuthentication, resolve.KindDestinationRule, resolve.KindSidecar, resolve.KindAuthorizationPolicy, resolve.KindVirtualService,
	resolve.KindRequestAuthentication, resolve.KindEnvoyFilter,
}

// hear finds what speaks for injection.
func (m *Mesh) hear(open map[string]*Unsettled) {
	for _, kind := range spokenBy {
		for _, o := range m.others[kind] {
			ref := o.Ref()
			if u := open[ref.Namespace]; u != nil && u.Speaks.IsZero() && ref.Namespace != m.rootNamespace {
				u.Speaks = ref
			}
		}
	}
}

// speaksOfSidecar reports a workload that says something of a sidecar: who refuses one by
// name expects to get one otherwise. Another mesh's words, and ambient's, do not count.
func speaksOfSidecar(w *inbound.Workload) bool {
	for key := range w.Labels {
		if key == resolve.InjectLabel || key == resolve.RevisionLabel || key == resolve.TLSModeLabel {
			return true
		}
	}
	for key := range w.Annotations {
		if strings.Contains(key, "sidecar.istio.io/") || slices.Contains(sidecarAnnotations, key) {
			return true
		}
	}
	return false
}

// sidecarAnnotations are those for a sidecar that do not name one.
var sidecarAnnotations = []string{resolve.TemplatesAnnotation, resolve.ProxyConfigAnnotation, resolve.ProxyOverridesAnnotation}
