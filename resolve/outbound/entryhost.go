package outbound

import (
	"fmt"
	"maps"
	"slices"

	networkingapi "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// entryHost is one host of a ServiceEntry.
func (side *Side) entryHost(o config.Typed[*networkingv1.ServiceEntry], name string, entries *entryEndpoints, standing *residents) *Host {
	spec := &o.As.Spec
	h := &Host{
		Name: name, Ref: o.Ref(), Origin: o.Origin, Namespace: o.As.Namespace, Labels: o.As.Labels, created: o.As.CreationTimestamp.Time,
		External:    spec.GetLocation() == networkingapi.ServiceEntry_MESH_EXTERNAL,
		Passthrough: spec.GetResolution() == networkingapi.ServiceEntry_NONE,
		exports:     resolve.NewExportTo(spec.GetExportTo()).OrDefault(side.In.Config.GetDefaultServiceExportTo()), Addresses: spec.GetAddresses(),
	}
	h.limits, h.exportsBy = side.limitsOf(h.Namespace), side.exportsBy(resolve.NewExportTo(spec.GetExportTo()))
	h.dynamic = spec.GetResolution() == networkingapi.ServiceEntry_DYNAMIC_DNS
	h.resolved = spec.GetResolution() == networkingapi.ServiceEntry_DNS || spec.GetResolution() == networkingapi.ServiceEntry_DNS_ROUND_ROBIN
	h.kindred = fmt.Sprint(spec.GetResolution(), o.As.Labels, spec.GetWorkloadSelector().GetLabels())
	h.Waypoint = h.boundWithin(side.In.Waypoints.OfService(config.Bindable{Ref: h.Ref, Origin: h.Origin, Labels: h.Labels, At: labelsField}), side.In.Control.First)
	for i, p := range spec.GetPorts() {
		port := HostPort{why: resolve.Because(resolve.CauseEntryProtocol, resolve.Details{Text: p.GetProtocol()}), at: resolve.Path("spec", "ports").Index(i).Child("protocol"), Number: int32(p.GetNumber()), Name: p.GetName(), Protocol: resolve.ServicePortProtocol(0, p.GetProtocol(), p.GetProtocol() == "UDP", nil)}
		port.Endpoints = standing.unmasked(h.tunnelled(entries.of(o, name, p)))
		for i := range port.Endpoints {
			if e := &port.Endpoints[i]; e.Workload == nil && e.Label == "istio" {
				in := side.In.Policies.Chain(h.Namespace, resolve.DefaultRevision, e.Labels)
				e.Policy = in.ModeOf(e.Port)
			}
		}
		port.Endpoints = standing.inPlaceOf(h, port.Endpoints)
		if h.Passthrough && len(port.Endpoints) == 0 {
			port.Endpoints = standing.chosen(h, spec.GetAddresses(), port.Number)
		}
		h.Ports = append(h.Ports, port)
	}
	return h
}

// entryEndpoints finds what is behind ServiceEntries.
type entryEndpoints struct {
	byNamespace map[string][]*inbound.Workload
}

func newEntryEndpoints(workloads []*inbound.Workload) *entryEndpoints {
	x := &entryEndpoints{map[string][]*inbound.Workload{}}
	for _, w := range workloads {
		x.byNamespace[w.Ref.Namespace] = append(x.byNamespace[w.Ref.Namespace], w)
	}
	return x
}

// of lists the endpoints of one port (3.4.6): selected workloads, inline ones, or
// for DNS without any the host itself.
func (x *entryEndpoints) of(o config.Typed[*networkingv1.ServiceEntry], host string, p *networkingapi.ServicePort) []Endpoint {
	spec := &o.As.Spec
	target := int32(p.GetTargetPort())
	if target == 0 {
		target = int32(p.GetNumber())
	}
	if s := spec.GetWorkloadSelector(); s != nil {
		return x.selected(o.As.Namespace, s.GetLabels(), p.GetName(), target)
	}
	var out []Endpoint
	for i, e := range spec.GetEndpoints() {
		one := inlineEndpoint(e, p.GetName(), target)
		one.entryTunnel = EntryTunnels(o.As)
		one.at = resolve.Place{Origin: o.Origin, Field: resolve.Path("spec", "endpoints").Index(i).Child(string(one.at.Field))}
		out = append(out, one)
	}
	if len(out) == 0 && !resolve.IsWildcard(host) && (spec.GetResolution() == networkingapi.ServiceEntry_DNS || spec.GetResolution() == networkingapi.ServiceEntry_DNS_ROUND_ROBIN) {
		out = append(out, Endpoint{Address: host, Port: target, Label: "disabled", Known: true,
			entryTunnel: EntryTunnels(o.As), why: resolve.Reason{Cause: resolve.CauseIsName}, at: resolve.Place{Origin: o.Origin, Field: "spec.resolution"}})
	}
	return out
}

// EntryTunnels reports a ServiceEntry that promises HBONE for its inline endpoints (2B.11).
func EntryTunnels(e *networkingv1.ServiceEntry) bool {
	return inbound.Tunnels(e.Labels) || e.Annotations[resolve.RedirectionAnnotation] == "enabled"
}

// tunnelled are inline endpoints with what becomes of the promise of HBONE where serviceEntryVisibility
// has the entry seen by nobody: istiod's ambient index has none of them then (2B.11, 3.1.2).
func (h *Host) tunnelled(list []Endpoint) []Endpoint {
	seen := h.limits[nil].seen
	if seen&config.SeenByNobody == 0 {
		return list
	}
	for i := range list {
		if e := &list[i]; e.entryTunnel {
			e.entryTunnel, e.Known = false, e.Known && seen == config.SeenByNobody
		}
	}
	return list
}

// selected are the pods and WorkloadEntries of the namespace that a
// workloadSelector picks. A port of theirs with the name of the entry's
// port comes first.
func (x *entryEndpoints) selected(namespace string, selector map[string]string, name string, target int32) []Endpoint {
	var out []Endpoint
	for _, w := range x.byNamespace[namespace] {
		if len(selector) == 0 || !resolve.Selects(selector, w.Labels) {
			continue
		}
		number := target
		if i := slices.IndexFunc(w.Ports, func(p inbound.Port) bool { return p.Name == name && name != "" && p.Protocol != resolve.ProtocolUDP }); i >= 0 {
			number = w.Ports[i].Number
		}
		out = append(out, endpointAt(w, number))
	}
	return out
}

// inlineEndpoint applies rule 1.10 to an endpoint written in the ServiceEntry.
func inlineEndpoint(e *networkingapi.WorkloadEntry, name string, target int32) Endpoint {
	if n, ok := e.GetPorts()[name]; ok {
		target = int32(n)
	}
	out := Endpoint{Address: e.GetAddress(), Port: target, Labels: maps.Clone(e.GetLabels()), Label: "disabled", Known: true, network: e.GetNetwork(),
		why: resolve.Reason{Cause: resolve.CauseNoAccountCountsNot}, at: resolve.Place{Field: "address"}}
	if label, ok := e.GetLabels()[resolve.TLSModeLabel]; ok {
		out.Label, out.at.Field = label, "labels"
		out.why = labelCounts(label)
	} else if e.GetServiceAccount() != "" {
		out.Label, out.at.Field = "istio", "serviceAccount"
		out.why = resolve.Reason{Cause: resolve.CauseAccountCounts}
	}
	return out
}
