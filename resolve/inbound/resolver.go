package inbound

import (
	"cmp"
	"slices"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/parallel"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
)

// Resolver turns the collected objects into workloads with decisions.
type Resolver struct {
	world    World
	input    *config.Collection
	members  *pod.Members
	policies *PolicyIndex
	sidecars Sidecars
	gateways gateways
	// byNamespace finds the Services of a namespace by the labels they select.
	byNamespace map[string]*resolve.SelectorIndex[*Service]
	// entries are the ServiceEntries with a workloadSelector, by namespace.
	entries map[string][]entryTarget
	// leads are ports of Services without selector, by the pod behind them.
	leads map[podKey][]lead
}

// NewResolver makes one for the namespaces of only, nil for all of them.
func NewResolver(in World, c *config.Collection, only map[string]bool) *Resolver {
	r := &Resolver{
		world: in, input: c,
		members:     pod.NewMembers(in.Control, in.Namespaces, c),
		policies:    in.Policies,
		sidecars:    NewSidecars(in.Control, in.Sidecars),
		gateways:    newGateways(c, in.Namespaces),
		byNamespace: map[string]*resolve.SelectorIndex[*Service]{},
		entries:     entryTargetsOf(in.ServiceEntries),
	}
	services := map[string][]*Service{}
	var all []*Service
	for _, s := range in.Services {
		if only == nil || only[s.Ref.Namespace] {
			services[s.Ref.Namespace], all = append(services[s.Ref.Namespace], s), append(all, s)
		}
	}
	r.leads = leadsOf(all)
	for ns, list := range services {
		slices.SortStableFunc(list, (*Service).older)
		r.byNamespace[ns] = resolve.NewSelectorIndex(list, func(s *Service) map[string]string { return s.Selector })
	}
	return r
}

// NewPolicyResolver makes one that knows what policies decide, and asks a workload for its
// Services.
func NewPolicyResolver(in World, c *config.Collection) *Resolver {
	return &Resolver{
		world: in, input: c, policies: in.Policies, sidecars: NewSidecars(in.Control, in.Sidecars), gateways: newGateways(c, in.Namespaces),
		entries: entryTargetsOf(in.ServiceEntries), leads: leadsOf(in.Services),
	}
}

// Workloads resolves every workload, in order.
func (r *Resolver) Workloads() []*Workload {
	members := pod.MembersOf(r.input.Pods, r.input.Controllers, r.world.PerPod)
	if !r.world.Editable {
		r.input.Pods, r.input.Controllers = nil, nil // large, and not needed any more
	}
	list := r.resolved(members)
	list = append(list, r.machines()...)
	list = append(list, r.kubeGateways(r.input.KubeGateways, list)...)
	slices.SortFunc(list, (*Workload).Compare)
	return list
}

// resolved resolves members side by side.
func (r *Resolver) resolved(members []pod.Member) []*Workload {
	list := make([]*Workload, len(members))
	parallel.Do(len(members), 256, func(i int) {
		m := members[i]
		unseen := (*resolve.Gap)(nil)
		if m.Template != nil {
			m.Pod = pod.TemplateOf(*m.Template)
			unseen = r.world.Gaps.At(resolve.KindPod, m.Ref.Namespace)
		}
		list[i] = r.workload(m, r.members.Of(m.Pod).Unseen(unseen))
	})
	return list
}

// workload resolves one pod or template. It changes nothing but its result:
// workloads are resolved side by side.
func (r *Resolver) workload(m pod.Member, membership resolve.Membership) *Workload {
	w := &Workload{
		Ref: m.Ref, Cluster: r.world.Cluster, Origin: m.Origin, Variant: m.Number, Pods: m.Count, PodsOf: m.Of, PodNames: m.Names, Addresses: m.Addresses, Holders: m.Holders,
		Labels: m.Pod.Labels, Annotations: m.Pod.Annotations, ServiceAccount: m.Pod.ServiceAccount,
		HostNetwork: m.Pod.HostNetwork, Membership: membership, Capture: r.captureOf(m.Pod, membership.Revision), pod: m.Pod,
	}
	w.Tunnel = r.tunnelOf(m.Pod, &membership)
	w.Trust = r.world.Control.TrustOf(cmp.Or(membership.Revision, resolve.DefaultRevision))
	w.Lone = m.Count > 0 && m.Of <= 1
	if m.Template != nil {
		replicas := m.Template.As.Replicas // one where the template does not say
		w.Lone = m.Ref.Kind != resolve.KindDaemonSet && (replicas == nil || *replicas <= 1)
	}
	w.Native = nativeOf(m.Pod, &membership, r.world.Control)
	if ns := r.world.Namespaces[w.Ref.Namespace]; ns != nil {
		w.OtherMesh = resolve.OtherMesh(w.Labels, w.Annotations, ns.Labels, ns.Annotations)
	}
	if _, labelled := m.Pod.Labels[resolve.TLSModeLabel]; labelled {
		w.TLSLabel = m.Pod.Label(resolve.TLSModeLabel).Field
	}
	w.Sayings, w.Mounts = m.Pod.SaidIn(m.Ref), m.Pod.Mounts()
	w.OS, w.Probes, w.AsProxy = m.Pod.OS(), m.Pod.Probes(r.world.Control.Injector(membership.Revision)), m.Pod.AsProxy()
	w.AllAsProxy = len(w.AsProxy) > 0 && len(w.AsProxy) == m.Pod.Applications()
	m.Pod.PodSpec = nil // large, and not needed any more
	w.services = r.servicesOf(w)
	d := r.decider(w)
	w.Ports = r.ports(d)
	d.rest()
	return w
}

// decider is what decides the ports of a workload, with the policies and listeners that have
// a say.
func (r *Resolver) decider(w *Workload) *decider {
	w.In = r.policies.chainFor(wideKey{w.Ref.Namespace, cmp.Or(w.Membership.Revision, resolve.DefaultRevision), w.Membership.Dataplane == resolve.DataplaneAmbient}, w.pod.Labels)
	w.Chain.Steps, w.policies = w.In.steps, w.In.Selecting
	d := &decider{workload: w, pod: w.pod, in: &w.In}
	r.patches(d, w.pod.Labels)
	w.Sidecar = resolve.Ref{}
	r.listeners(d)
	return d
}

// ports finds the ports of a workload, and decides them.
func (r *Resolver) ports(d *decider) []Port {
	w := d.workload
	for _, e := range r.entries[w.Ref.Namespace] {
		if resolve.Selects(e.selector, w.pod.Labels) {
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
func (r *Resolver) captureOf(p *pod.Pod, revision string) pod.Capture {
	k := r.world.Control
	return pod.CaptureOf(p, k.Injector(revision), k.Of(cmp.Or(revision, resolve.DefaultRevision)).Config.GetDefaultConfig())
}

// patches finds the EnvoyFilters that may change the workload's TLS.
func (r *Resolver) patches(d *decider, labels map[string]string) {
	ns, revision := d.workload.Ref.Namespace, cmp.Or(d.workload.Membership.Revision, resolve.DefaultRevision)
	root := r.world.Control.RootOf(revision)
	for _, t := range r.world.Patches {
		if t.Selects(ns, root, revision, labels) {
			d.patches = append(d.patches, t)
		}
	}
	if d.unseenPatches = r.world.Gaps.At(resolve.KindEnvoyFilter, ns); d.unseenPatches == nil {
		d.unseenPatches = r.world.Gaps.At(resolve.KindEnvoyFilter, root)
	}
}

// listeners finds what shapes the proxy's listeners besides the policies: Gateway
// servers for a gateway, a Sidecar resource for a sidecar.
func (r *Resolver) listeners(d *decider) {
	w := d.workload
	if w.Membership.Dataplane == resolve.DataplaneGateway {
		d.servers = r.gateways.serversOf(w, r.world.Control.Of(cmp.Or(w.Membership.Revision, resolve.DefaultRevision)))
		return
	}
	sidecar, ok := r.sidecars.Of(w.Ref.Namespace, cmp.Or(w.Membership.Revision, resolve.DefaultRevision), w.Labels)
	if !ok || !d.server().shaped() {
		return
	}
	d.sidecar = &sidecar
	w.Sidecar = sidecar.Ref()
	plane := r.world.Control.Of(cmp.Or(w.Membership.Revision, resolve.DefaultRevision))
	d.ingressTLS = plane.Flag("ENABLE_TLS_ON_SIDECAR_INGRESS")
	d.mergeIngress = plane.Flag("PILOT_ALLOW_SIDECAR_SERVICE_INBOUND_LISTENER_MERGE")
}

// servicesOf are the Services that select a workload, oldest first.
func (r *Resolver) servicesOf(w *Workload) []*Service {
	index := r.byNamespace[w.Ref.Namespace]
	if index == nil {
		return nil
	}
	services := index.Matching(w.Labels)
	if IsMachine(w.Ref.Kind) { // istiod puts machines behind Services with an address only (1.10)
		services = slices.DeleteFunc(slices.Clone(services), func(s *Service) bool { return s.Headless })
	}
	return services
}

// Compare orders by Ref, cluster and variant.
func (w *Workload) Compare(o *Workload) int {
	return cmp.Or(w.Ref.Compare(o.Ref), cmp.Compare(w.Cluster, o.Cluster), w.Variant-o.Variant)
}
