package mesh

import (
	"slices"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// Address is what the input knows of an IP address.
type Address struct {
	// Hosts have it as their own: a Service's cluster IP, an address of a ServiceEntry.
	Hosts []*Host
	// Workloads have it: running pods, WorkloadEntries.
	Workloads []*inbound.Workload
	// Behind are hosts that list it among their endpoints.
	Behind []*Host
}

// Address looks an IP address up. The zero Address is one that nothing has.
func (m *Mesh) Address(ip string) Address {
	var a Address
	for _, h := range m.Hosts() {
		if slices.Contains(h.addresses, ip) {
			a.Hosts = append(a.Hosts, h)
		}
		if slices.ContainsFunc(h.Ports, func(p HostPort) bool {
			return slices.ContainsFunc(p.Endpoints, func(e Endpoint) bool { return e.Workload == nil && e.Address == ip })
		}) {
			a.Behind = append(a.Behind, h)
		}
	}
	entries := map[resolve.Ref]bool{}
	for _, o := range m.others[resolve.KindWorkloadEntry] {
		if o.Value.(*networkingv1.WorkloadEntry).Spec.GetAddress() == ip {
			entries[o.Ref()] = true
		}
	}
	for _, w := range m.workloads {
		if slices.Contains(w.Addresses, ip) || entries[w.Ref] {
			a.Workloads = append(a.Workloads, w)
		}
	}
	return a
}

// RefusesUnknown reports REGISTRY_ONLY: the class's proxies refuse calls to hosts
// that they do not know, where others pass them through as they are (3.1.3).
func (c *ClientClass) RefusesUnknown() bool { return c.scope != nil && c.scope.registryOnly }
