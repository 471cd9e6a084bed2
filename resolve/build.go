package resolve

import (
	"slices"
)

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
	m.wide, m.perPod = newPolicyIndex(m.Control, m.policies), selectorKeys(m.services, m.policies, c)
	r := newResolver(m.world(), c, nil)
	m.workloads = r.workloads()
	m.spaces = m.spacesOf(m.workloads)
	m.problems = SortProblems(append(slices.Clone(m.duplicates), policyProblems(m.policies)...))
	return m
}

// world is what the workloads of the mesh are resolved in.
func (m *Mesh) world() world {
	return world{
		control: m.Control, cluster: m.cluster, editable: m.made.Editable, namespaces: m.namespaceByName, services: m.services,
		policies: m.wide, perPod: m.perPod, patches: m.patches, gaps: m.gaps, sidecars: m.client.sidecars, serviceEntries: m.client.serviceEntries,
	}
}
