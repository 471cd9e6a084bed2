package validation

import (
	"fmt"
	"slices"
	"strings"

	networkingapi "istio.io/api/networking/v1alpha3"
)

func (r *report) serviceEntry(o Meta, e *networkingapi.ServiceEntry) {
	at := r.spec()
	r.selector(e.GetWorkloadSelector().GetLabels(), at.child("workloadSelector").child("labels"))
	if e.WorkloadSelector != nil && e.Endpoints != nil {
		r.add(CauseChoice, at, "only one of workloadSelector, endpoints can be set")
	}
	if len(e.Hosts) == 0 {
		r.add(CauseRequired, at, "hosts is required")
	}
	for i, h := range e.Hosts {
		if h == "*" {
			r.add(CauseHost, at.child("hosts").at(i), "* is not allowed as a host here")
			continue
		}
		r.host(badWildcard(h), at.child("hosts").at(i))
	}
	for i, a := range e.Addresses {
		r.subnet(a, at.child("addresses").at(i))
		if strings.Contains(a, "/") && e.Resolution != networkingapi.ServiceEntry_NONE && e.Resolution != networkingapi.ServiceEntry_STATIC {
			r.add(CauseAddress, at.child("addresses").at(i), "an address with a prefix length needs resolution NONE or STATIC")
		}
	}
	names := r.entryPorts(e, at.child("ports"))
	r.resolution(o, e, names, at)
	if e.Resolution != networkingapi.ServiceEntry_NONE && len(e.Hosts) > 1 {
		if i := slices.IndexFunc(e.Ports, func(p *networkingapi.ServicePort) bool { return !isHTTP(p.Protocol) && !isTLS(p.Protocol) }); i >= 0 {
			r.add(CausePort, at.child("ports").at(i), "several hosts need ports with an HTTP protocol or TLS")
		}
	}
	r.exportTo(o.Namespace, e.ExportTo, exported{entry: true}, at.child("exportTo"))
}

// entryPorts checks the ports and returns their names.
func (r *report) entryPorts(e *networkingapi.ServiceEntry, at *place) map[string]bool {
	names, numbers := map[string]bool{}, map[uint32]bool{}
	for i, p := range e.Ports {
		at := at.at(i)
		if names[p.Name] || numbers[p.Number] {
			r.add(CauseDuplicate, at, "the entry has a port with this name or number already")
		}
		names[p.Name], numbers[p.Number] = true, true
		if p.TargetPort != 0 {
			r.port(p.TargetPort, at.child("targetPort"))
		}
		r.portName(p.Name, at.child("name"))
		r.protocol(p.Protocol, at.child("protocol"))
		r.port(p.Number, at.child("number"))
	}
	return names
}

func (r *report) resolution(o Meta, e *networkingapi.ServiceEntry, ports map[string]bool, at *place) {
	switch e.Resolution {
	case networkingapi.ServiceEntry_NONE:
		if len(e.Endpoints) > 0 {
			r.add(CauseAddress, at.child("endpoints"), "resolution NONE cannot have endpoints")
		}
	case networkingapi.ServiceEntry_STATIC:
		for i, w := range e.Endpoints {
			r.workload(w, ports, at.child("endpoints").at(i))
		}
	case networkingapi.ServiceEntry_DNS, networkingapi.ServiceEntry_DNS_ROUND_ROBIN:
		r.byName(e, ports, at)
	case networkingapi.ServiceEntry_DYNAMIC_DNS:
		r.dynamic(o, e, at)
	}
}

// byName checks an entry whose endpoints are names.
func (r *report) byName(e *networkingapi.ServiceEntry, ports map[string]bool, at *place) {
	for i, h := range e.Hosts {
		if len(e.Endpoints) == 0 && badDomain(h) != "" {
			r.add(CauseHost, at.child("hosts").at(i), fmt.Sprintf("without endpoints resolution %s needs a host name without wildcard", e.Resolution))
			break
		}
	}
	if e.Resolution == networkingapi.ServiceEntry_DNS_ROUND_ROBIN && len(e.Endpoints) > 1 {
		r.add(CauseAddress, at.child("endpoints"), "resolution DNS_ROUND_ROBIN has at most one endpoint")
	}
	for i, w := range e.Endpoints {
		at := at.child("endpoints").at(i)
		if !isIP(w.Address) && badDomain(w.Address) != "" {
			r.add(CauseAddress, at.child("address"), fmt.Sprintf("%s is neither a host name nor an IP address", Quoted(w.Address)))
		}
		r.labels(w.Labels, at.child("labels"))
		r.endpointPorts(w.Ports, ports, at.child("ports"))
	}
}

// dynamic checks an entry whose hosts are looked up when they are called.
func (r *report) dynamic(o Meta, e *networkingapi.ServiceEntry, at *place) {
	for i, h := range e.Hosts {
		if !strings.HasPrefix(h, "*") {
			r.add(CauseHost, at.child("hosts").at(i), "resolution DYNAMIC_DNS needs a host with a wildcard")
		}
	}
	if len(e.Addresses) > 0 || len(e.Endpoints) > 0 {
		r.add(CauseAddress, at, "resolution DYNAMIC_DNS cannot have addresses or endpoints")
	}
	for i, p := range e.Ports {
		if !slices.Contains([]string{"http", "tls", "grpc", "http2"}, strings.ToLower(p.Protocol)) {
			r.add(CausePort, at.child("ports").at(i).child("protocol"), "resolution DYNAMIC_DNS needs protocol HTTP, HTTP2, GRPC or TLS")
		}
	}
	waypoint := o.Labels["istio.io/use-waypoint"]
	if e.Location == networkingapi.ServiceEntry_MESH_INTERNAL && waypoint != "" && !strings.EqualFold(waypoint, "none") {
		r.add(CauseUnsupported, at.child("location"), "MESH_INTERNAL with resolution DYNAMIC_DNS is not supported with a waypoint")
	}
}
