package mesh

import (
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Build resolves objects into a Mesh. See Object for the Go type that each kind carries.
// Objects of the same kind, namespace and name replace each other, the last one wins as with
// kubectl apply, and the Mesh reports it when they differ; for all else their order does not
// matter.
func Build(o config.Options, objects []resolve.Object) *Mesh {
	all := make([]config.Named, len(objects))
	for i, object := range objects {
		all[i] = config.Named{Ref: object.Ref(), Number: i, Object: object}
	}
	return build(o, config.Collect(all))
}

// build resolves collected objects.
func build(o config.Options, c *config.Collection) *Mesh {
	m := &Mesh{options: o, cluster: o.Cluster, others: c.Others, counts: c.Counts, Control: config.ChooseControl(o, c)}
	m.duplicates, m.remarks, m.ambiguous = config.Duplicates(c.Again)
	m.gaps = m.Control.Gaps
	seen := m.Control.SeenPlane()
	m.config, m.rootNamespace = seen.Config, seen.Root
	m.namespaces, m.namespaceByName = config.NamespacesOf(c)
	m.services = inbound.ServicesOf(c)
	m.discovery = config.NewDiscovery(m.config, m.namespaceByName)
	m.knowNetworks()
	m.inputs = c
	if !o.Editable {
		c.Namespaces, c.Services, c.Slices, c.Endpoints = nil, nil, nil, nil
	}
	m.client = c.ClientSide(m.discovery)
	m.waypoints = config.NewWaypoints(c, m.namespaceByName, m.gaps)
	m.policies = inbound.PoliciesOf(c)
	for _, p := range m.policies {
		p.Scope, p.Undiscovered = p.ScopeIn(m.rootNamespace), m.discovery.Hides(p.Ref.Namespace)
	}
	m.patches = inbound.TLSPatchesOf(c.Others[resolve.KindEnvoyFilter])
	m.policyIndex, m.perPod = inbound.NewPolicyIndex(m.Control, m.policies), inbound.SelectorKeys(m.services, m.policies, c)
	r := inbound.NewResolver(m.world(), c, nil)
	m.workloads = r.Workloads()
	m.spaces = m.spacesOf(m.workloads)
	m.problems = config.SortProblems(append(slices.Clone(m.duplicates), inbound.PolicyProblems(m.policies)...))
	m.Side = outbound.NewSide(m.outboundInputs())
	return m
}

// outboundInputs are what the clients' side of the mesh is made of.
func (m *Mesh) outboundInputs() outbound.Inputs {
	return outbound.Inputs{
		World: m.world(), Config: m.config, Root: m.rootNamespace, Counts: m.counts, Discovery: m.discovery, Workloads: m.workloads, Spaces: m.spaces, Objects: m.client,
		Waypoints: m.waypoints, Backends: m.others[resolve.KindBackendTLSPolicy],
	}
}

// world is what the workloads of the mesh are resolved in.
func (m *Mesh) world() inbound.World {
	return inbound.World{
		Control: m.Control, Cluster: m.cluster, Editable: m.options.Editable, Namespaces: m.namespaceByName, Services: m.services,
		Policies: m.policyIndex, PerPod: m.perPod, Patches: m.patches, Gaps: m.gaps, Sidecars: m.client.Sidecars, ServiceEntries: m.client.ServiceEntries,
	}
}
