package outbound

import (
	"cmp"
	"slices"
	"time"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/parallel"
)

// Host is a name that clients call: a Kubernetes Service or a host of a
// ServiceEntry.
type Host struct {
	// Name is the fully qualified host name, or a wildcard of a ServiceEntry.
	Name      string
	Ref       resolve.Ref
	Origin    resolve.Origin
	Namespace string
	// Labels are those of the Service or ServiceEntry.
	Labels map[string]string
	Ports  []HostPort
	// Waypoint is the binding of the host to a waypoint, nil for none (2D.1).
	Waypoint *config.Binding
	// External is MESH_EXTERNAL, the default of a ServiceEntry: no auto mTLS (3.4.1).
	External bool
	// Passthrough is a headless Service or resolution NONE: the client keeps the
	// address that the application chose (3.4.3).
	Passthrough bool
	// Alias is the host that an ExternalName Service stands for, "" for others.
	Alias string

	created    time.Time
	Kubernetes bool
	// id is the host itself among those of a mesh, and among those of meshes that were made
	// of one another.
	id *hostID
	// disputed names the clusters that write a Service differently which the clients' cluster lacks,
	// "" for none (3.9.2).
	disputed string
	// merged is how many of the last ports are those of other entries (mergePorts).
	merged int
	// resolved is true for a ServiceEntry with resolution DNS, dynamic with DYNAMIC_DNS.
	resolved, dynamic bool
	// kindred is equal for ServiceEntries that may become one service.
	kindred string
	exports resolve.ExportTo
	// exportsBy are the exports by control plane, where the object leaves them to mesh configurations
	// that differ.
	exportsBy map[*config.Plane]resolve.ExportTo
	// limits are what serviceEntryVisibility makes of them, by control plane.
	limits    map[*config.Plane]limit
	Addresses []string
	Backs     *inbound.Service // nil for hosts of ServiceEntries
}

// hostID tells a host from others. What depends on which hosts there are, and not on what is
// behind them, is kept by it.
type hostID struct {
	name       string
	ref        resolve.Ref
	kubernetes bool
}

// HostPort is one port of a Host.
type HostPort struct {
	Number    int32
	Name      string
	Protocol  resolve.Protocol
	Endpoints []Endpoint
	// written are those by which istiod decides for clients that keep an address, nil for
	// Endpoints; see writtenOf.
	written []Endpoint
	// alone are the endpoints of the host's own Service or entry where others share its name and
	// namespace, and shared is true: ztunnel gets no others (3.6.2).
	alone  []Endpoint
	shared bool
	// ambient is true where an endpoint accepts HBONE, or ztunnel captures it.
	ambient bool

	why resolve.Reason // of its protocol
	at  resolve.Field  // where that is written
}

// Field is where the port is written in the object of its host.
func (p *HostPort) Field() resolve.Field { return p.at.Parent() }

// Endpoint is one place behind a host's port: a workload's port, or an address
// that is no known workload.
type Endpoint struct {
	Workload *inbound.Workload
	// Address is set where the endpoint was written as one: then Workload is what stands there,
	// nil for nothing of the input, and what clients take it for is what was written.
	Address string
	Port    int32
	Labels  map[string]string
	// Label is the value of the tlsMode label as istiod will see it (1.1), known
	// false where that depends on membership that nobody can tell.
	Label string
	Known bool
	// why and at are the reason, where Workload is nil; see capability.
	why resolve.Reason
	at  resolve.Place
	// dialed is the port at Address where kube-proxy leads from it to another, 0 for Port.
	dialed int32
	// chosen is true for what stands for an address that the application chose.
	chosen bool
	// Policy is the mode that the policies set for an endpoint written in a
	// ServiceEntry: they select its labels as they do a workload's (3.4.4).
	Policy resolve.Mode
	// network is the one that an endpoint of a ServiceEntry says, inCluster true for an
	// address of an EndpointSlice, which is where the cluster is (3.4.7).
	network   string
	InCluster bool
	// cluster is where an address of an EndpointSlice is, "" where only one was read.
	cluster string
	// entryTunnel is true where the ServiceEntry of an inline endpoint says that it accepts
	// HBONE, bare for an address of an EndpointSlice that names no pod (2B.11).
	entryTunnel, bare bool
}

// Service is the Kubernetes Service that the host is, nil for one of a ServiceEntry.
func (h *Host) Service() *inbound.Service { return h.Backs }

// Port finds a port by its number, nil when the host has no such port.
func (h *Host) Port(number int32) *HostPort {
	i := slices.IndexFunc(h.Ports, func(p HostPort) bool { return p.Number == number })
	if i < 0 {
		return nil
	}
	return &h.Ports[i]
}

// Compare orders by name, then by the object that it is of.
func (h *Host) Compare(o *Host) int {
	return cmp.Or(cmp.Compare(h.Name, o.Name), cmp.Compare(h.Namespace, o.Namespace), h.Ref.Compare(o.Ref))
}

// hostsOf makes hosts of all Services and ServiceEntries, sorted by name.
func (side *Side) hostsOf(c *config.Collection) []*Host {
	return side.hostsFor(side.In.Services, c.ServiceEntries, side.In.Workloads)
}

// hostsIn makes those of some namespaces.
func (side *Side) hostsIn(namespaces map[string]bool) map[string][]*Host {
	if len(namespaces) > len(side.In.Spaces)/2 { // so many that it is quicker to make all
		out := map[string][]*Host{}
		for _, h := range side.hostsOf(side.In.Objects) {
			if namespaces[h.Namespace] {
				out[h.Namespace] = append(out[h.Namespace], h)
			}
		}
		return out
	}
	out := map[string][]*Host{}
	for ns := range namespaces {
		var workloads []*inbound.Workload
		if x := side.In.Spaces[ns]; x != nil {
			workloads = x.Workloads
		}
		_, rest := config.UpTo(side.In.Services, ns, inbound.NamespaceOf)
		services := rest[:len(rest)-len(config.After(rest, ns, inbound.NamespaceOf))]
		if hosts := side.hostsFor(services, config.InNamespace(side.In.Objects.ServiceEntries, ns), workloads); len(hosts) > 0 {
			out[ns] = hosts
		}
	}
	return out
}

func (side *Side) hostsFor(services []*inbound.Service, serviceEntries []config.Typed[*networkingv1.ServiceEntry], workloads []*inbound.Workload) []*Host {
	return together(append(side.serviceHosts(services, workloads), side.entryHosts(serviceEntries, workloads)...))
}

// serviceHosts are those of Services, with the endpoints of their own cluster.
func (side *Side) serviceHosts(services []*inbound.Service, workloads []*inbound.Workload) []*Host {
	var pods inbound.PodIndex
	if slices.ContainsFunc(services, func(s *inbound.Service) bool { return len(s.Backings) > 0 }) {
		pods = inbound.NewPodIndex(side.besides(services, workloads), side.In.Gaps)
	}
	hosts := make([]*Host, len(services))
	parallel.Do(len(hosts), 256, func(i int) {
		if s := services[i]; !side.In.Discovery.Hides(s.Ref.Namespace) {
			hosts[i] = side.serviceHost(s, pods)
		}
	})
	hosts = slices.DeleteFunc(hosts, func(h *Host) bool { return h == nil })
	standing := &residents{side: side}
	if side.has(resolve.KindWorkloadEntry) {
		for _, h := range hosts {
			standing.unmask(h)
		}
	}
	for _, h := range hosts {
		standing.identify(h)
	}
	return hosts
}

// entryHosts are those of ServiceEntries, which select among workloads.
func (side *Side) entryHosts(serviceEntries []config.Typed[*networkingv1.ServiceEntry], workloads []*inbound.Workload) (hosts []*Host) {
	entries, standing := newEntryEndpoints(workloads), &residents{side: side}
	for _, o := range serviceEntries {
		if !inbound.Visible(o.As.Labels, resolve.DefaultRevision) {
			continue
		}
		for _, name := range o.As.Spec.GetHosts() {
			hosts = append(hosts, side.entryHost(o, name, entries, standing))
		}
	}
	return hosts
}

// together are all hosts that one control plane knows, sorted: those of one name have each other's
// endpoints.
func together(hosts []*Host) []*Host {
	slices.SortFunc(hosts, (*Host).Compare)
	for _, h := range hosts {
		h.lookForAmbient()
	}
	shareEndpoints(hosts)
	for _, h := range hosts {
		h.id = &hostID{h.Name, h.Ref, h.Kubernetes}
	}
	return hosts
}

// lookForAmbient notes the ports with an endpoint that is not as all others are.
func (h *Host) lookForAmbient() {
	for i := range h.Ports {
		p := &h.Ports[i]
		for j := range p.Endpoints {
			p.ambient = p.ambient || p.Endpoints[j].takesHBONE()
		}
	}
}

func (side *Side) serviceHost(s *inbound.Service, pods inbound.PodIndex) *Host {
	h := &Host{
		Name: s.Ref.Name + "." + s.Ref.Namespace + ".svc." + resolve.ClusterDomain, Ref: s.Ref, Origin: s.Origin, Namespace: s.Ref.Namespace, Labels: s.Labels,
		Passthrough: s.Headless, Alias: s.ExternalName, created: s.Created, Kubernetes: true, Backs: s, Addresses: s.Addresses,
		exports: side.exportsOf(s), exportsBy: side.exportsBy(exportsSet(s)),
	}
	behind := side.behind(s)
	machine := func(w *inbound.Workload) bool { return inbound.IsMachine(w.Ref.Kind) }
	// istiod keeps no endpoints of it, unless one comes that is no pod
	nobodys := slices.Contains(resolve.SplitList(s.Annotations[resolve.ExportToAnnotation]), "~") && !slices.ContainsFunc(behind, machine)
	h.Waypoint = side.In.Waypoints.OfService(config.Bindable{Ref: s.Ref, Origin: s.Origin, Labels: s.Labels, At: labelsField})
	for i, p := range s.Ports {
		if p.UDP {
			continue
		}
		port := HostPort{Number: p.Port, Name: p.Name, Protocol: p.Protocol, why: p.Why, at: resolve.Path("spec", "ports").Index(i).Child(p.By)}
		if !nobodys {
			port.Endpoints = endpointsOf(s, p, behind, pods)
			if s.Headless && len(s.Selector) > 0 && side.has(resolve.KindWorkloadEntry) {
				port.alone, port.shared = append(slices.Clone(port.Endpoints), side.machinesBehind(s, p)...), true
			}
		}
		h.Ports = append(h.Ports, port)
	}
	return h
}

// exportsOf are the namespaces that see a Service.
func (side *Side) exportsOf(s *inbound.Service) resolve.ExportTo {
	return exportsSet(s).OrDefault(side.In.Config.GetDefaultServiceExportTo())
}

// exportsSet are those that the Service itself sets.
func exportsSet(s *inbound.Service) resolve.ExportTo {
	return resolve.NewExportTo(resolve.SplitList(s.Annotations[resolve.ExportToAnnotation]))
}

// endpointsOf are the workload ports behind a Service port: those of its
// EndpointSlices where the input has any, else of the workloads that it selects.
// Slices hold pods only; Istio puts the machines beside them (1.10).
func endpointsOf(s *inbound.Service, p inbound.ServicePortSpec, behind []*inbound.Workload, pods inbound.PodIndex) []Endpoint {
	var out []Endpoint
	for _, w := range behind {
		if len(s.Backings) > 0 && !inbound.IsMachine(w.Ref.Kind) {
			continue
		}
		for i := range w.Ports {
			if leadsTo(&w.Ports[i], s, p.Port) {
				out = append(out, endpointAt(w, w.Ports[i].Number))
			}
		}
	}
	return append(out, backedEndpoints(pods, s, p)...)
}

func leadsTo(port *inbound.Port, s *inbound.Service, number int32) bool {
	return port.Protocol != resolve.ProtocolUDP && slices.ContainsFunc(port.Services, func(sp inbound.ServicePort) bool {
		return sp.Port == number && sp.Name == s.Ref.Name && sp.Namespace == s.Ref.Namespace
	})
}

// LeadsTo reports a port of which some endpoint is on port.
func (p *HostPort) LeadsTo(port int32) bool {
	return slices.ContainsFunc(p.Endpoints, func(e Endpoint) bool { return e.Port == port })
}

// Peer is the host as telemetry names it.
func (h *Host) Peer() resolve.Peer {
	if h.Kubernetes {
		return resolve.Peer{Namespace: h.Ref.Namespace, Name: h.Ref.Name}
	}
	return resolve.Peer{Namespace: h.Namespace, Name: h.Name}
}
