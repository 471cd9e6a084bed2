package mesh

import (
	"maps"
	"reflect"
	"slices"

	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// With is the mesh that the changes lead to: equal to one that Build makes of the changed
// objects, in everything that is asked of it. What no change touches is shared, so that the
// cost follows what is touched; m stays as it is. Of several changes of one object the last
// counts. A mesh that was made without Options.Editable takes changes of
// DestinationRules only, and With panics on any other.
func (m *Mesh) With(deltas ...config.Delta) *Mesh {
	if len(m.parts) > 0 {
		return m.joinedWith(deltas)
	}
	deltas = settled(deltas)
	if !m.options.Editable && slices.ContainsFunc(deltas, func(d config.Delta) bool { return d.Ref.Kind != resolve.KindDestinationRule }) {
		panic("mesh: Mesh.With needs Options.Editable")
	}
	inputs := m.inputs.With(deltas)
	t := m.touchedBy(deltas, inputs)
	if t.everything {
		return build(m.options, inputs)
	}
	return m.next(deltas, inputs, t)
}

// joinedWith changes the clusters each, and joins them anew: Services are shared among them.
func (m *Mesh) joinedWith(deltas []config.Delta) *Mesh {
	parts := make([]*Mesh, len(m.parts))
	for i, p := range m.parts {
		own := slices.DeleteFunc(slices.Clone(deltas), func(d config.Delta) bool { return d.Cluster != p.cluster })
		parts[i] = build(p.options, p.inputs.With(settled(own)))
	}
	return Join(parts...)
}

// settled sorts changes by object, and keeps the last of each.
func settled(deltas []config.Delta) []config.Delta {
	sorted := slices.Clone(deltas)
	slices.SortStableFunc(sorted, func(a, b config.Delta) int { return a.Ref.Compare(b.Ref) })
	out := sorted[:0]
	for i, d := range sorted {
		if i+1 == len(sorted) || sorted[i+1].Ref != d.Ref {
			out = append(out, d)
		}
	}
	return out
}

// next makes the mesh after changes that do not touch everything.
func (m *Mesh) next(deltas []config.Delta, inputs *config.Collection, t *touch) *Mesh {
	n := &Mesh{
		options: m.options, cluster: m.cluster, Control: m.Control, gaps: m.gaps, config: m.config, rootNamespace: m.rootNamespace, discovery: m.discovery,
		inputs: inputs, others: inputs.Others, counts: inputs.Counts, duplicates: m.duplicates, remarks: m.remarks, ambiguous: m.ambiguous,
		namespaces: m.namespaces, namespaceByName: m.namespaceByName, services: m.services, policies: m.policies, patches: m.patches, policyIndex: m.policyIndex, perPod: m.perPod,
		workloads: m.workloads, spaces: m.spaces, problems: m.problems, waypoints: m.waypoints,
	}
	if !maps.Equal(inputs.Everywhere, m.inputs.Everywhere) || t.namespaces {
		n.nextNamespaces(m)
		n.waypoints = config.NewWaypoints(inputs, n.namespaceByName, n.gaps)
	}
	n.client = inputs.ClientSide(n.discovery)
	if len(t.services) > 0 {
		n.nextServices(m, t.services)
	}
	if m.repeats(deltas) {
		n.duplicates, n.remarks, n.ambiguous = config.Duplicates(inputs.Again)
		n.problems = config.SortProblems(append(slices.Clone(n.duplicates), inbound.PolicyProblems(n.policies)...))
	}
	if t.policies {
		n.nextPolicies(m, deltas, t)
	}
	if t.patches {
		n.patches = inbound.TLSPatchesOf(n.others[resolve.KindEnvoyFilter])
	}
	if len(t.Spaces) > 0 {
		n.nextSpaces(m, t)
	}
	n.Side = m.Side.Next(n.outboundInputs(), t.Touched)
	return n
}

// nextNamespaces keeps those that are as they were.
func (n *Mesh) nextNamespaces(m *Mesh) {
	n.namespaces, n.namespaceByName = config.NamespacesOf(n.inputs)
	for i, ns := range n.namespaces {
		if was := m.namespaceByName[ns.Name]; was != nil && was.Known == ns.Known && was.Origin == ns.Origin && maps.Equal(was.Labels, ns.Labels) {
			n.namespaces[i], n.namespaceByName[ns.Name] = was, was
		}
	}
	n.discovery = config.NewDiscovery(n.config, n.namespaceByName)
}

// nextServices makes the Services of the touched namespaces anew; one that is equal stays the
// one that it was, and so do those that it leads to.
func (n *Mesh) nextServices(m *Mesh, touched map[string]bool) {
	n.services = make([]*inbound.Service, 0, len(m.services)+1)
	was := m.services
	for _, ns := range slices.Sorted(maps.Keys(touched)) {
		before, rest := config.UpTo(was, ns, inbound.NamespaceOf)
		n.services = append(n.services, before...)
		is := inbound.ServicesOf(&config.Collection{Services: config.InNamespace(n.inputs.Services, ns), Slices: config.InNamespace(n.inputs.Slices, ns), Endpoints: config.InNamespace(n.inputs.Endpoints, ns)})
		was = config.After(rest, ns, inbound.NamespaceOf)
		n.services = append(n.services, kept(is, rest[:len(rest)-len(was)], func(s *inbound.Service) resolve.Ref { return s.Ref })...)
	}
	n.services = append(n.services, was...)
}

// kept are values, each replaced by the one of the same name that it is equal to.
func kept[T any](is, was []*T, name func(*T) resolve.Ref) []*T {
	known := make(map[resolve.Ref]*T, len(was))
	for _, v := range was {
		known[name(v)] = v
	}
	for i, v := range is {
		if before := known[name(v)]; before != nil && reflect.DeepEqual(before, v) {
			is[i] = before
		}
	}
	return is
}

// nextPolicies makes changed policies anew, and finds again what is about a namespace that
// they are in.
func (n *Mesh) nextPolicies(m *Mesh, deltas []config.Delta, t *touch) {
	n.policies = nil
	var changed []*inbound.PeerAuthentication
	gone := map[resolve.Ref]bool{}
	for i := range deltas {
		d := &deltas[i]
		if gone[d.Ref] = true; d.Ref.Kind == resolve.KindPeerAuthentication && !d.Removes() {
			changed = append(changed, inbound.NewPolicy(config.Typed[*securityv1.PeerAuthentication]{Object: d.Is, As: d.Is.Value.(*securityv1.PeerAuthentication)}))
		}
	}
	for _, p := range changed {
		p.Scope, p.Undiscovered = p.ScopeIn(n.rootNamespace), n.discovery.Hides(p.Ref.Namespace)
	}
	n.policies = make([]*inbound.PeerAuthentication, 0, len(m.policies)+len(changed))
	var replaced []*inbound.PeerAuthentication
	for _, p := range m.policies {
		if gone[p.Ref] {
			replaced = append(replaced, p)
		} else {
			n.policies = append(n.policies, p)
		}
	}
	n.policies = append(n.policies, kept(changed, replaced, func(p *inbound.PeerAuthentication) resolve.Ref { return p.Ref })...)
	inbound.SortPolicies(n.policies)
	n.policyIndex = m.policyIndex.With(n.policies, t.policySpaces, t.all)
	n.problems = config.SortProblems(append(slices.Clone(n.duplicates), inbound.PolicyProblems(n.policies)...))
}

// nextSpaces decides the workloads of the touched namespaces anew.
func (n *Mesh) nextSpaces(m *Mesh, t *touch) {
	r := (*inbound.Resolver)(nil)
	if t.PoliciesOnly {
		r = inbound.NewPolicyResolver(n.world(), n.inputs)
	} else {
		r = inbound.NewResolver(n.world(), n.inputs, t.Spaces)
	}
	n.spaces = maps.Clone(m.spaces)
	backed := map[string][]*inbound.Service{}
	for _, s := range n.services {
		if t.Spaces[s.Ref.Namespace] && len(s.Backings) > 0 {
			backed[s.Ref.Namespace] = append(backed[s.Ref.Namespace], s)
		}
	}
	for _, ns := range slices.Sorted(maps.Keys(t.Spaces)) {
		x := r.Space(m.spaces[ns], ns, t.pods[ns], t.all)
		if len(x.Workloads)+len(backed[ns]) == 0 {
			delete(n.spaces, ns)
			continue
		}
		x.Link(backed[ns])
		n.spaces[ns] = x
	}
	n.workloads = make([]*inbound.Workload, 0, len(m.workloads))
	for _, ns := range slices.Sorted(maps.Keys(n.spaces)) {
		n.workloads = append(n.workloads, n.spaces[ns].Workloads...)
	}
}
