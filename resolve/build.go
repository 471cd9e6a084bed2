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
	// Editable keeps the whole input, so that Mesh.With can change objects of every kind.
	Editable bool
}

// Build resolves objects into a Mesh. See Object for the Go type that each kind carries.
// Objects of the same kind, namespace and name replace each other, the last one wins as with
// kubectl apply, and the Mesh reports it when they differ; for all else their order does not
// matter.
func Build(o Options, objects []Object) *Mesh {
	all := make([]named, len(objects))
	for i, object := range objects {
		all[i] = named{object.Ref(), i, object}
	}
	return build(o, collect(all))
}

// build resolves collected objects.
func build(o Options, c *collection) *Mesh {
	m := &Mesh{made: o, cluster: o.Cluster, others: c.others, counts: c.counts, Control: chooseControl(o, c)}
	m.duplicates, m.remarks, m.ambiguous = duplicates(c.again)
	m.gaps = m.Control.gaps
	seen := m.Control.seenPlane()
	m.config, m.rootNamespace = seen.config, seen.root
	m.namespaces, m.namespaceByName = namespacesOf(c)
	m.services = servicesOf(c)
	m.seen = newDiscovery(m.config, m.namespaceByName)
	m.joinNetworks()
	m.inputs = c
	if !o.Editable {
		c.namespaces, c.services, c.slices, c.endpoints = nil, nil, nil, nil
	}
	m.client = c.clientSide(m.seen)
	m.policies = policiesOf(c)
	for _, p := range m.policies {
		p.Scope, p.Undiscovered = p.scopeIn(m.rootNamespace), m.seen.hides(p.Ref.Namespace)
	}
	m.patches = tlsPatchesOf(c.others[KindEnvoyFilter])
	m.wide, m.perPod = newPolicyIndex(m.Control, m.policies), selectorKeys(m, c)
	r := newResolver(m, c, nil)
	m.workloads = r.workloads()
	m.spaces = m.spacesOf(m.workloads)
	m.problems = SortProblems(append(slices.Clone(m.duplicates), policyProblems(m.policies)...))
	return m
}
