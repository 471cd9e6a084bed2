package resolve

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve/parallel"
)

// resolver turns the collected objects into workloads with decisions.
type resolver struct {
	world    world
	input    *collection
	members  *members
	policies *policyIndex
	sidecars sidecars
	gateways gateways
	// byNamespace finds the Services of a namespace by the labels they select.
	byNamespace map[string]*selectorIndex[*Service]
	// entries are the ServiceEntries with a workloadSelector, by namespace.
	entries map[string][]entryTarget
	// leads are ports of Services without selector, by the pod behind them.
	leads map[podKey][]lead
}

// newResolver makes one for the namespaces of only, nil for all of them.
func newResolver(in world, c *collection, only map[string]bool) *resolver {
	r := &resolver{
		world: in, input: c,
		members:     newMembers(in.control, in.namespaces, c),
		policies:    in.policies,
		sidecars:    newSidecars(in.control, in.sidecars),
		gateways:    newGateways(c),
		byNamespace: map[string]*selectorIndex[*Service]{},
		entries:     entryTargetsOf(in.serviceEntries),
	}
	services := map[string][]*Service{}
	var all []*Service
	for _, s := range in.services {
		if only == nil || only[s.Ref.Namespace] {
			services[s.Ref.Namespace], all = append(services[s.Ref.Namespace], s), append(all, s)
		}
	}
	r.leads = leadsOf(all)
	for ns, list := range services {
		slices.SortStableFunc(list, (*Service).older)
		r.byNamespace[ns] = newSelectorIndex(list, func(s *Service) map[string]string { return s.Selector })
	}
	return r
}

// newPolicyResolver makes one that knows what policies decide, and asks a workload for its
// Services.
func newPolicyResolver(in world, c *collection) *resolver {
	return &resolver{
		world: in, input: c, policies: in.policies, sidecars: newSidecars(in.control, in.sidecars), gateways: newGateways(c),
		entries: entryTargetsOf(in.serviceEntries), leads: leadsOf(in.services),
	}
}

// workloads resolves every workload, in order.
func (r *resolver) workloads() []*Workload {
	members := membersOf(r.input.pods, r.input.controllers, r.world.perPod)
	if !r.world.editable {
		r.input.pods, r.input.controllers = nil, nil // large, and not needed any more
	}
	list := r.resolved(members)
	list = append(list, r.machines()...)
	list = append(list, r.kubeGateways(r.input.kubeGateways, list)...)
	slices.SortFunc(list, (*Workload).Compare)
	return list
}

// resolved resolves members side by side.
func (r *resolver) resolved(members []member) []*Workload {
	list := make([]*Workload, len(members))
	parallel.Do(len(members), 256, func(i int) {
		m := members[i]
		unseen := (*Gap)(nil)
		if m.template != nil {
			m.pod = TemplateOf(*m.template)
			unseen = r.world.gaps.at(KindPod, m.ref.Namespace)
		}
		list[i] = r.workload(m, r.members.of(m.pod).unseen(unseen))
	})
	return list
}

// workload resolves one pod or template. It changes nothing but its result:
// workloads are resolved side by side.
func (r *resolver) workload(m member, membership Membership) *Workload {
	w := &Workload{
		Ref: m.ref, Cluster: r.world.cluster, Origin: m.origin, Variant: m.number, Pods: m.count, PodsOf: m.of, PodNames: m.names, Addresses: m.addresses, Holders: m.holders,
		Labels: m.pod.labels, Annotations: m.pod.annotations, ServiceAccount: m.pod.serviceAccount,
		HostNetwork: m.pod.hostNetwork, Membership: membership, Capture: r.captureOf(m.pod, membership.Revision), pod: m.pod,
	}
	if _, labelled := m.pod.labels[TLSModeLabel]; labelled {
		w.tlsLabel = m.pod.label(TLSModeLabel).Field
	}
	w.Sayings, w.Mounts = m.pod.saidIn(m.ref), m.pod.mounts()
	w.OS, w.Probes, w.AsProxy = m.pod.os(), m.pod.probes(r.world.control.injector(membership.Revision)), m.pod.asProxy()
	w.allAsProxy = len(w.AsProxy) > 0 && len(w.AsProxy) == m.pod.applications()
	m.pod.podSpec = nil // large, and not needed any more
	w.services = r.servicesOf(w)
	d := r.decider(w)
	w.Ports = r.ports(d)
	d.rest()
	return w
}

// decider is what decides the ports of a workload, with the policies and listeners that have
// a say.
func (r *resolver) decider(w *Workload) *decider {
	w.in = r.policies.chainFor(wideKey{w.Ref.Namespace, cmp.Or(w.Membership.Revision, DefaultRevision), w.Membership.Dataplane == DataplaneAmbient}, w.pod.labels)
	w.Chain.Steps, w.policies = w.in.steps, w.in.selecting
	d := &decider{workload: w, pod: w.pod, in: &w.in}
	r.patches(d, w.pod.labels)
	w.Sidecar = Ref{}
	r.listeners(d)
	return d
}

// ports finds the ports of a workload, and decides them.
func (r *resolver) ports(d *decider) []Port {
	w := d.workload
	for _, e := range r.entries[w.Ref.Namespace] {
		if Selects(e.selector, w.pod.labels) {
			d.entries = append(d.entries, e)
		}
	}
	if len(w.services) == 0 {
		d.leads = r.leadsTo(w)
	}
	return d.ports(w.services)
}

// rest decides the ports that nothing names.
func (d *decider) rest() {
	d.workload.Default = d.patched(d.forAny(), 0)
	d.workload.annotated = d.annotatedPorts()
}

// captureOf is what the proxy of a pod sees, by its annotations and by its control plane.
func (r *resolver) captureOf(p *pod, revision string) Capture {
	k := r.world.control
	return captureOf(p, k.injector(revision), k.Of(cmp.Or(revision, DefaultRevision)).config.GetDefaultConfig())
}

// patches finds the EnvoyFilters that may change the workload's TLS.
func (r *resolver) patches(d *decider, labels map[string]string) {
	ns, revision := d.workload.Ref.Namespace, cmp.Or(d.workload.Membership.Revision, DefaultRevision)
	root := r.world.control.RootOf(revision)
	for _, t := range r.world.patches {
		if t.selects(ns, root, revision, labels) {
			d.patches = append(d.patches, t)
		}
	}
	if d.unseenPatches = r.world.gaps.at(KindEnvoyFilter, ns); d.unseenPatches == nil {
		d.unseenPatches = r.world.gaps.at(KindEnvoyFilter, root)
	}
}

// listeners finds what shapes the proxy's listeners besides the policies: Gateway
// servers for a gateway, a Sidecar resource for a sidecar.
func (r *resolver) listeners(d *decider) {
	w := d.workload
	if w.Membership.Dataplane == DataplaneGateway {
		d.servers = r.gateways.serversOf(w)
		return
	}
	sidecar, ok := r.sidecars.of(w.Ref.Namespace, cmp.Or(w.Membership.Revision, DefaultRevision), w.Labels)
	if !ok || !d.proxied() {
		return
	}
	d.sidecar = &sidecar
	w.Sidecar = sidecar.Ref()
	plane := r.world.control.Of(cmp.Or(w.Membership.Revision, DefaultRevision))
	d.ingressTLS = plane.flag("ENABLE_TLS_ON_SIDECAR_INGRESS")
	d.mergeIngress = plane.flag("PILOT_ALLOW_SIDECAR_SERVICE_INBOUND_LISTENER_MERGE")
}

// servicesOf are the Services that select a workload, oldest first.
func (r *resolver) servicesOf(w *Workload) []*Service {
	index := r.byNamespace[w.Ref.Namespace]
	if index == nil {
		return nil
	}
	services := index.matching(w.Labels)
	if IsMachine(w.Ref.Kind) { // istiod puts machines behind Services with an address only (1.10)
		services = slices.DeleteFunc(slices.Clone(services), func(s *Service) bool { return s.Headless })
	}
	return services
}

// Compare orders by Ref, cluster and variant.
func (w *Workload) Compare(o *Workload) int {
	return cmp.Or(w.Ref.Compare(o.Ref), cmp.Compare(w.Cluster, o.Cluster), w.Variant-o.Variant)
}
