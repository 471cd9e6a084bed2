package authz

import (
	"maps"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// Set is the AuthorizationPolicies of a mesh. Safe for concurrent use.
type Set struct {
	root   string
	all    []*Policy
	spaces map[string]*space
}

// space is the policies of one namespace, by where a workload finds them: those without
// selector, and the others by one pair of their labels.
type space struct {
	unselected []int
	labels     map[[2]string][]int
	targets    []int
}

// New looks at the policies of a mesh once.
func New(m *mesh.Mesh) *Set {
	s := &Set{root: m.RootNamespace(), spaces: map[string]*space{}}
	for i, o := range m.Objects(resolve.KindAuthorizationPolicy) {
		p := newPolicy(o, m.Hides(o.Value.GetNamespace()))
		p.number = i
		s.all = append(s.all, p)
		s.file(p, i)
	}
	return s
}

func (s *Set) file(p *Policy, i int) {
	in := s.spaces[p.Ref.Namespace]
	if in == nil {
		in = &space{labels: map[[2]string][]int{}}
		s.spaces[p.Ref.Namespace] = in
	}
	switch keys := slices.Sorted(maps.Keys(p.Selector)); {
	case len(p.Targets) > 0:
		in.targets = append(in.targets, i)
	case len(keys) == 0:
		in.unselected = append(in.unselected, i)
	default:
		pair := [2]string{keys[0], p.Selector[keys[0]]}
		in.labels[pair] = append(in.labels[pair], i)
	}
}

// All are the policies, sorted by namespace and name.
func (s *Set) All() []*Policy { return s.all }

// MeshWide reports a policy of the root namespace, whose selector picks workloads of the
// whole mesh (5.6).
func (s *Set) MeshWide(p *Policy) bool { return p.Ref.Namespace == s.root }

// Selecting are the policies that pick a workload, whether its proxy acts upon them or
// not, sorted.
func (s *Set) Selecting(w *inbound.Workload) []*Policy {
	if w.Membership.Dataplane == resolve.DataplaneWaypoint {
		return nil // by targetRefs, which name what is behind it
	}
	found := s.spaces[w.Ref.Namespace].selecting(s.all, w)
	if w.Ref.Namespace != s.root {
		found = append(found, s.spaces[s.root].selecting(s.all, w)...)
	}
	slices.Sort(found)
	out := make([]*Policy, len(found))
	for i, at := range found {
		out[i] = s.all[at]
	}
	return out
}

// On are the policies that the proxy of a workload acts upon, sorted.
func (s *Set) On(w *inbound.Workload) []*Policy {
	return slices.DeleteFunc(s.Selecting(w), func(p *Policy) bool { return !p.Acts() || !p.VisibleTo(w.Membership.Revision) })
}

func (in *space) selecting(all []*Policy, w *inbound.Workload) []int {
	if in == nil {
		return nil
	}
	found := slices.Clone(in.unselected)
	for k, v := range w.Labels {
		for _, i := range in.labels[[2]string{k, v}] {
			if selects(all[i].Selector, w.Labels) {
				found = append(found, i)
			}
		}
	}
	for _, i := range in.targets {
		if targets(all[i], w) {
			found = append(found, i)
		}
	}
	return found
}

func selects(selector, labels map[string]string) bool {
	for k, v := range selector {
		if got, ok := labels[k]; !ok || got != v {
			return false
		}
	}
	return true
}

// targets reports a policy that is attached to a Gateway API gateway, from its own
// namespace.
func targets(p *Policy, w *inbound.Workload) bool {
	name := w.Labels[resolve.GatewayNameLabel]
	if name == "" || p.Ref.Namespace != w.Ref.Namespace {
		return false
	}
	for _, t := range p.Targets {
		here := t.GetNamespace() == "" || t.GetNamespace() == w.Ref.Namespace
		if here && t.GetKind() == "Gateway" && t.GetGroup() == "gateway.networking.k8s.io" && t.GetName() == name {
			return true
		}
	}
	return false
}
