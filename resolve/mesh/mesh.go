package mesh

import (
	"maps"
	"slices"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Mesh is everything that was read, resolved: immutable, sorted, safe for
// concurrent use. Only Build and With make one.
type Mesh struct {
	*outbound.Side
	options       config.Options
	Control       *config.Control
	discovery     config.Discovery
	config        *meshv1alpha1.MeshConfig
	rootNamespace string
	namespaces    []*config.Namespace
	workloads     []*inbound.Workload
	spaces        map[string]*inbound.Space
	services      []*inbound.Service
	policies      []*inbound.PeerAuthentication
	policyIndex   *inbound.PolicyIndex
	perPod        map[string]bool // labels of pods by which selectors tell pods of one workload apart

	// cluster names the mesh among others; parts are those that were joined into this
	// one, joined is the one that this was joined into.
	cluster string
	parts   []*Mesh
	joined  *Mesh

	// inputs are the objects that the mesh was made of, client those of the clients' side;
	// what is not in Options.Editable is dropped once it is resolved.
	inputs, client *config.Collection
	// derived is what other rooms find of the mesh, see Derived.
	derived outbound.Derived

	gaps            resolve.Gaps
	patches         []inbound.TLSPatch
	counts          map[resolve.Kind]int
	others          map[resolve.Kind][]resolve.Object
	waypoints       *config.Waypoints
	problems        []resolve.Problem
	duplicates      []resolve.Problem // among the problems
	remarks         []resolve.Problem
	ambiguous       map[resolve.Ref]bool
	namespaceByName map[string]*config.Namespace
}

// RootNamespace is where mesh-wide policies live, "istio-system" unless
// configured otherwise.
func (m *Mesh) RootNamespace() string { return m.rootNamespace }

// Config is the mesh configuration that applies to the default revision; fields
// that nobody set have Istio's defaults.
func (m *Mesh) Config() *meshv1alpha1.MeshConfig { return m.config }

// Namespaces are sorted by name.
func (m *Mesh) Namespaces() []*config.Namespace { return m.namespaces }

// Namespace finds one by name, nil when no object lives there.
func (m *Mesh) Namespace(name string) *config.Namespace { return m.namespaceByName[name] }

// Workloads are sorted by namespace, name, kind and variant.
func (m *Mesh) Workloads() []*inbound.Workload { return m.workloads }

// Services are sorted by namespace and name.
func (m *Mesh) Services() []*inbound.Service { return m.services }

// PeerAuthentications are sorted by namespace, then in the order in which Istio
// prefers them: creation time, name (2.3).
func (m *Mesh) PeerAuthentications() []*inbound.PeerAuthentication { return m.policies }

// Objects are those of a kind that the Mesh keeps as they were read, sorted by
// namespace and name: every kind but Namespace, Service and those of workloads,
// which Namespaces, Services and Workloads answer for.
func (m *Mesh) Objects(kind resolve.Kind) []resolve.Object { return m.others[kind] }

// Problems are what Build could not use, sorted.
func (m *Mesh) Problems() []resolve.Problem { return m.problems }

// Remarks are worth a word and leave the answer complete.
func (m *Mesh) Remarks() []resolve.Problem { return m.remarks }

// Ambiguous reports whether the input defines an object several times, differently: the last
// definition is used, and nobody can tell whether that one counts.
func (m *Mesh) Ambiguous(ref resolve.Ref) bool { return m.ambiguous[ref] }

// Has reports whether the input held any object of a kind; KindWorkload asks for
// any workload.
func (m *Mesh) Has(kind resolve.Kind) bool {
	if kind == resolve.KindWorkload {
		return len(m.workloads) > 0
	}
	return m.counts[kind] > 0
}

// Revisions are the control plane revisions that the input shows: those of the
// flags and webhooks, and those that configure a workload. Sorted.
func (m *Mesh) Revisions() []string {
	seen := map[string]bool{}
	for _, revision := range m.Control.Revisions {
		seen[revision] = true
	}
	for _, w := range m.workloads {
		if w.Membership.Revision != "" {
			seen[w.Membership.Revision] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Behind are the workloads behind a Service, sorted: those of its EndpointSlices where the
// input has any, else those that its selector picks.
func (m *Mesh) Behind(s *inbound.Service) []*inbound.Workload {
	for _, p := range m.parts {
		if list := p.Behind(s); len(list) > 0 {
			return list
		}
	}
	if x := m.spaces[s.Ref.Namespace]; x != nil {
		return x.Behind[s]
	}
	return nil
}

// Selected are the workloads that a policy's selector picks, sorted; none for a policy
// without selector.
func (m *Mesh) Selected(p *inbound.PeerAuthentication) []*inbound.Workload {
	for _, part := range m.parts {
		if list := part.Selected(p); len(list) > 0 {
			return list
		}
	}
	if x := m.spaces[p.Ref.Namespace]; x != nil {
		return x.Selected[p]
	}
	return nil
}

// Variants are the workloads of a name: one, or several where its pods differ; of several
// clusters those of each.
func (m *Mesh) Variants(ref resolve.Ref) []*inbound.Workload {
	list := m.workloads
	if x := m.spaces[ref.Namespace]; x != nil {
		list = x.Workloads
	}
	i, _ := slices.BinarySearchFunc(list, ref, func(w *inbound.Workload, ref resolve.Ref) int { return w.Ref.Compare(ref) })
	end := i
	for end < len(list) && list[end].Ref == ref {
		end++
	}
	return list[i:end:end]
}

// spacesOf parts sorted workloads by namespace, and links them.
func (m *Mesh) spacesOf(workloads []*inbound.Workload) map[string]*inbound.Space {
	out := map[string]*inbound.Space{}
	for first := 0; first < len(workloads); {
		end, name := first+1, workloads[first].Ref.Namespace
		for end < len(workloads) && workloads[end].Ref.Namespace == name {
			end++
		}
		out[name] = &inbound.Space{Workloads: workloads[first:end:end]}
		first = end
	}
	for _, s := range m.services {
		if len(s.Backings) > 0 && out[s.Ref.Namespace] == nil {
			out[s.Ref.Namespace] = &inbound.Space{}
		}
	}
	backed := map[string][]*inbound.Service{}
	for _, s := range m.services {
		if len(s.Backings) > 0 {
			backed[s.Ref.Namespace] = append(backed[s.Ref.Namespace], s)
		}
	}
	for name, x := range out {
		x.Link(backed[name])
	}
	return out
}

// Hides reports whether istiod does not see what is in a namespace, by the mesh
// configuration's discoverySelectors (1.14).
func (m *Mesh) Hides(namespace string) bool {
	return m.discovery.Hides(namespace) || slices.ContainsFunc(m.parts, func(p *Mesh) bool { return p.Hides(namespace) })
}

// Gaps are the kinds that could not be read, sorted.
func (m *Mesh) Gaps() []resolve.Gap { return m.gaps }

// Gap is what is missing of a kind anywhere, nil when all of it was read.
func (m *Mesh) Gap(kind resolve.Kind) *resolve.Gap {
	i := slices.IndexFunc(m.gaps, func(g resolve.Gap) bool { return g.Kind == kind })
	if i < 0 {
		return nil
	}
	return &m.gaps[i]
}
