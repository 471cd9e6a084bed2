package resolve

import (
	"slices"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"
)

// Options is what the caller knows beyond the objects. The zero Options assume
// nothing: mesh configuration from the objects, revisions unknown.
type Options struct {
	// RootNamespace overrides the mesh configuration's.
	RootNamespace string
	// MeshConfig overrides any that is among the objects.
	MeshConfig *meshv1alpha1.MeshConfig
	// Revisions are the control planes that exist, by name or tag, mapped to the
	// revision they stand for. Empty: unknown, any revision that a label names is
	// taken to exist.
	Revisions map[string]string
	// InjectedByDefault is the injector's enableNamespacesByDefault (1.4e).
	InjectedByDefault bool
	// Assume answers for namespaces whose Namespace object is missing, by name;
	// the key "" answers for all others. Values: DataplaneSidecar, DataplaneNone.
	Assume map[string]Dataplane
	// Cluster names the mesh among those of other clusters, "" where there is one only.
	Cluster string
	// Gaps are the kinds that could not be read: what depends on them is unknown.
	Gaps []Gap
}

// Builder collects objects and makes a Mesh of them. Not safe for concurrent
// use.
type Builder struct {
	opts    Options
	objects []named
}

// NewBuilder returns an empty Builder.
func NewBuilder(opts Options) *Builder { return &Builder{opts: opts} }

// Grow makes room for n more objects; who does not say how many only waits longer.
func (b *Builder) Grow(n int) { b.objects = slices.Grow(b.objects, n) }

// Add takes one object; see Object for the Go type that each kind carries.
// Objects of the same kind, namespace and name replace each other, the last one
// wins as with kubectl apply, and the Mesh reports it when they differ.
func (b *Builder) Add(o Object) {
	b.objects = append(b.objects, named{o.Ref(), len(b.objects), o})
}

// Build resolves everything and empties the Builder, so that what was read can go
// while the answer grows. The order of Add matters only for duplicates.
func (b *Builder) Build() *Mesh {
	c := collect(b.objects)
	duplicates, remarks, ambiguous := duplicates(c.again)
	*b = *NewBuilder(b.opts)
	m := &Mesh{made: b.opts, others: c.others, counts: c.counts, problems: duplicates, remarks: remarks, ambiguous: ambiguous}
	m.cluster = b.opts.Cluster
	m.control = chooseControl(b.opts, c)
	m.gaps = m.control.gaps
	seen := m.control.seenPlane()
	m.config, m.rootNamespace = seen.config, seen.root
	m.namespaces, m.namespaceByName = namespacesOf(c)
	m.services = servicesOf(c)
	c.services, c.slices, c.endpoints = nil, nil, nil
	m.seen = newDiscovery(m.config, m.namespaceByName)
	m.joinNetworks()
	c.sidecars, c.rules = without(m.seen, c.sidecars), without(m.seen, c.rules)
	c.virtualServices, c.serviceEntries = without(m.seen, c.virtualServices), without(m.seen, c.serviceEntries)
	m.policies = policiesOf(c)
	for _, p := range m.policies {
		p.Scope, p.Undiscovered = p.scopeIn(m.rootNamespace), m.seen.hides(p.Ref.Namespace)
	}
	m.patches = tlsPatchesOf(c.others[KindEnvoyFilter])
	r := newResolver(m, c)
	m.workloads, m.wide = r.workloads(), r.policies
	m.spaces = m.spacesOf(m.workloads)
	m.input = c.clientSide()
	m.problems = sortProblems(append(m.problems, policyProblems(m.policies)...))
	return m
}
