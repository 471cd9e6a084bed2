package mesh

import (
	"slices"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Address is what the input knows of an IP address.
type Address struct {
	// Hosts have it as their own: a Service's cluster IP, an address of a ServiceEntry.
	Hosts []*outbound.Host
	// Workloads have it: running pods, WorkloadEntries.
	Workloads []*inbound.Workload
	// Behind are hosts that list it among their endpoints.
	Behind []*outbound.Host
}

// Address looks an IP address up. The zero Address is one that nothing has.
func (m *Mesh) Address(ip string) Address {
	var a Address
	for _, h := range m.Hosts() {
		if slices.Contains(h.Addresses, ip) {
			a.Hosts = append(a.Hosts, h)
		}
		if slices.ContainsFunc(h.Ports, func(p outbound.HostPort) bool {
			return slices.ContainsFunc(p.Endpoints, func(e outbound.Endpoint) bool { return e.Workload == nil && e.Address == ip })
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
