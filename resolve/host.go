package resolve

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
)

// ClusterDomain is the DNS domain of Kubernetes Services.
const ClusterDomain = "cluster.local"

// exportAnno is the annotation by which a Service says where it is visible.
const exportAnno = "networking.istio.io/exportTo"

// Host is a name that clients call: a Kubernetes Service or a host of a
// ServiceEntry.
type Host struct {
	// Name is the fully qualified host name, or a wildcard of a ServiceEntry.
	Name      string
	Ref       Ref
	Origin    Origin
	Namespace string
	Ports     []HostPort
	// External is MESH_EXTERNAL, the default of a ServiceEntry: no auto mTLS (3.4.1).
	External bool
	// Passthrough is a headless Service or resolution NONE: the client keeps the
	// address that the application chose (3.4.3).
	Passthrough bool
	// Alias is the host that an ExternalName Service stands for, "" for others.
	Alias string

	created    time.Time
	kubernetes bool
	exports    exportTo
	addresses  []string
}

// HostPort is one port of a Host.
type HostPort struct {
	Number    int32
	Name      string
	Protocol  Protocol
	Endpoints []Endpoint
}

// Endpoint is one place behind a host's port: a workload's port, or an address
// that is no known workload.
type Endpoint struct {
	Workload *Workload
	// Address is set where Workload is nil.
	Address string
	Port    int32
	Labels  map[string]string
	// mode is the value of the tlsMode label as istiod will see it (1.1), known
	// false where that depends on membership that nobody can tell.
	mode  string
	known bool
	// policy is the mode that the policies set for an endpoint written in a
	// ServiceEntry: they select its labels as they do a workload's (3.4.4).
	policy Mode
}

// VisibleTo reports whether clients of a namespace see the host at all, before
// any Sidecar resource.
func (h *Host) VisibleTo(namespace string) bool { return h.exports.visibleIn(namespace, h.Namespace) }

// Port finds a port by its number, nil when the host has no such port.
func (h *Host) Port(number int32) *HostPort {
	i := slices.IndexFunc(h.Ports, func(p HostPort) bool { return p.Number == number })
	if i < 0 {
		return nil
	}
	return &h.Ports[i]
}

func (h *Host) compare(o *Host) int {
	return cmp.Or(cmp.Compare(h.Name, o.Name), cmp.Compare(h.Namespace, o.Namespace), h.Ref.Compare(o.Ref))
}

// hostsOf makes hosts of Services and ServiceEntries, sorted by name.
func (m *Mesh) hostsOf(c *collection) []*Host {
	hosts := make([]*Host, 0, len(m.services))
	for _, s := range m.services {
		if !m.seen.hides(s.Ref.Namespace) {
			hosts = append(hosts, m.serviceHost(s))
		}
	}
	entries := newEntryEndpoints(m.workloads)
	for _, o := range c.serviceEntries {
		if !visible(o.value.Labels, DefaultRevision) {
			continue
		}
		for _, name := range o.value.Spec.GetHosts() {
			hosts = append(hosts, m.entryHost(o, name, entries))
		}
	}
	slices.SortFunc(hosts, (*Host).compare)
	return hosts
}

func (m *Mesh) serviceHost(s *Service) *Host {
	h := &Host{
		Name: s.Ref.Name + "." + s.Ref.Namespace + ".svc." + ClusterDomain, Ref: s.Ref, Origin: s.Origin, Namespace: s.Ref.Namespace,
		Passthrough: s.Headless, Alias: s.ExternalName, created: s.Created, kubernetes: true, addresses: s.Addresses,
		exports: newExportTo(splitList(s.Annotations[exportAnno])).orDefault(m.config.GetDefaultServiceExportTo()),
	}
	for _, p := range s.Ports {
		if !p.UDP {
			h.Ports = append(h.Ports, HostPort{p.Port, p.Name, p.Protocol, s.endpoints(p)})
		}
	}
	return h
}

func splitList(s string) []string {
	var out []string
	for word := range strings.SplitSeq(s, ",") {
		if word = strings.TrimSpace(word); word != "" {
			out = append(out, word)
		}
	}
	return out
}

// endpoints are the workload ports behind a Service port.
func (s *Service) endpoints(p ServicePortSpec) []Endpoint {
	var out []Endpoint
	for _, w := range s.Workloads {
		for i := range w.Ports {
			if leadsTo(&w.Ports[i], s, p.Port) {
				out = append(out, w.endpoint(w.Ports[i].Number))
			}
		}
	}
	return out
}

func leadsTo(port *Port, s *Service, number int32) bool {
	return port.Protocol != ProtocolUDP && slices.ContainsFunc(port.Services, func(sp ServicePort) bool {
		return sp.Port == number && sp.Name == s.Ref.Name && sp.Namespace == s.Ref.Namespace
	})
}

// endpoint is the workload as clients see it: by its tlsMode label, predicted
// where injection would stamp it (1.1, 1.2, 1.10).
func (w *Workload) endpoint(port int32) Endpoint {
	e := Endpoint{Workload: w, Port: port, Labels: w.Labels, known: true, mode: "disabled"}
	if label, ok := w.Labels[tlsModeLabel]; ok {
		e.mode = label
		return e
	}
	switch d := w.Membership.Dataplane; {
	case w.Membership.Observed || w.Ref.Kind == KindWorkloadEntry && d == DataplaneUnknown:
	case d == DataplaneSidecar || d == DataplaneVM:
		e.mode = "istio"
	case d == DataplaneUnknown:
		e.known = false
	}
	return e
}

// entryHost is one host of a ServiceEntry.
func (m *Mesh) entryHost(o of[*networkingv1.ServiceEntry], name string, entries *entryEndpoints) *Host {
	spec := &o.value.Spec
	h := &Host{
		Name: name, Ref: o.Ref(), Origin: o.Origin, Namespace: o.value.Namespace, created: o.value.CreationTimestamp.Time,
		External:    spec.GetLocation() == networkingapi.ServiceEntry_MESH_EXTERNAL,
		Passthrough: spec.GetResolution() == networkingapi.ServiceEntry_NONE,
		exports:     newExportTo(spec.GetExportTo()).orDefault(m.config.GetDefaultServiceExportTo()), addresses: spec.GetAddresses(),
	}
	for _, p := range spec.GetPorts() {
		port := HostPort{Number: int32(p.GetNumber()), Name: p.GetName(), Protocol: ServicePortProtocol(0, p.GetProtocol(), p.GetProtocol() == "UDP", nil)}
		port.Endpoints = entries.of(o, name, p)
		for i := range port.Endpoints {
			if e := &port.Endpoints[i]; e.Workload == nil && e.mode == "istio" {
				in := m.wide.chain(h.Namespace, DefaultRevision, e.Labels)
				e.policy = in.forPort(e.Port).Mode
			}
		}
		h.Ports = append(h.Ports, port)
	}
	return h
}

// entryEndpoints finds what is behind ServiceEntries.
type entryEndpoints struct {
	byNamespace map[string][]*Workload
}

func newEntryEndpoints(workloads []*Workload) *entryEndpoints {
	x := &entryEndpoints{map[string][]*Workload{}}
	for _, w := range workloads {
		x.byNamespace[w.Ref.Namespace] = append(x.byNamespace[w.Ref.Namespace], w)
	}
	return x
}

// of lists the endpoints of one port (3.4.6): selected workloads, inline ones, or
// for DNS without any the host itself.
func (x *entryEndpoints) of(o of[*networkingv1.ServiceEntry], host string, p *networkingapi.ServicePort) []Endpoint {
	spec := &o.value.Spec
	target := int32(p.GetTargetPort())
	if target == 0 {
		target = int32(p.GetNumber())
	}
	if s := spec.GetWorkloadSelector(); s != nil {
		return x.selected(o.value.Namespace, s.GetLabels(), p.GetName(), target)
	}
	var out []Endpoint
	for _, e := range spec.GetEndpoints() {
		out = append(out, inlineEndpoint(e, p.GetName(), target))
	}
	if len(out) == 0 && !isWildcard(host) && (spec.GetResolution() == networkingapi.ServiceEntry_DNS || spec.GetResolution() == networkingapi.ServiceEntry_DNS_ROUND_ROBIN) {
		out = append(out, Endpoint{Address: host, Port: target, mode: "disabled", known: true})
	}
	return out
}

// selected are the pods and WorkloadEntries of the namespace that a
// workloadSelector picks. A port of theirs with the name of the entry's
// port comes first.
func (x *entryEndpoints) selected(namespace string, selector map[string]string, name string, target int32) []Endpoint {
	var out []Endpoint
	for _, w := range x.byNamespace[namespace] {
		if len(selector) == 0 || !selects(selector, w.Labels) {
			continue
		}
		number := target
		if i := slices.IndexFunc(w.Ports, func(p Port) bool { return p.Name == name && name != "" && p.Protocol != ProtocolUDP }); i >= 0 {
			number = w.Ports[i].Number
		}
		out = append(out, w.endpoint(number))
	}
	return out
}

// inlineEndpoint applies rule 1.10 to an endpoint written in the ServiceEntry.
func inlineEndpoint(e *networkingapi.WorkloadEntry, name string, target int32) Endpoint {
	if n, ok := e.GetPorts()[name]; ok {
		target = int32(n)
	}
	out := Endpoint{Address: e.GetAddress(), Port: target, Labels: maps.Clone(e.GetLabels()), mode: "disabled", known: true}
	if label, ok := e.GetLabels()[tlsModeLabel]; ok {
		out.mode = label
	} else if e.GetServiceAccount() != "" {
		out.mode = "istio"
	}
	return out
}
