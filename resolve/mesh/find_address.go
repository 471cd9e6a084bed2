package mesh

import (
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// Outside counts the workloads by what becomes of their calls to hosts and addresses that
// the mesh does not know (3.1.3).
type Outside struct {
	// Passed send them through as they are, Refused have REGISTRY_ONLY.
	Passed, Refused int
}

// AddressError is an IP address that is no host's own: what becomes of a call to it does not
// hang on rules.
type AddressError struct {
	Address string
	// Workload has the address; Behind is a host that has it among its endpoints. Where both
	// are nil nothing of the mesh has it, and Outside says what becomes of calls to it.
	Workload *inbound.Workload
	Behind   *outbound.Host
	Outside  *Outside
}

// Error implements error.
func (e *AddressError) Error() string {
	switch {
	case e.Workload != nil:
		return e.Address + " is the address of " + e.Workload.Short()
	case e.Behind != nil:
		return e.Address + " is an endpoint of " + e.Behind.Ref.String()
	}
	return "no Service, pod, WorkloadEntry or ServiceEntry of the input has address " + e.Address
}

// address finds the hosts that have an IP address.
func (n *CalledNames) address(ip string) ([]Thing, error) {
	a := n.mesh.Address(ip)
	var hits []Thing
	for _, h := range a.Hosts {
		hits = append(hits, Thing{Ref: h.Ref, Host: h})
	}
	switch {
	case len(hits) > 0:
		return hits, nil
	case len(a.Workloads) > 0:
		return nil, &AddressError{Address: ip, Workload: a.Workloads[0]}
	case len(a.Behind) > 0:
		return nil, &AddressError{Address: ip, Behind: a.Behind[0]}
	}
	return nil, &AddressError{Address: ip, Outside: n.mesh.outside()}
}

// wildcards finds the ServiceEntry wildcard that a host name falls under, the longest
// one.
func (n *CalledNames) wildcards(name string) []Thing {
	var best []Thing
	for _, h := range n.mesh.Hosts() {
		suffix, wild := strings.CutPrefix(h.Name, "*")
		if !wild || !strings.HasSuffix(name, suffix) {
			continue
		}
		if len(best) > 0 && len(best[0].Host.Name) > len(h.Name) {
			continue
		}
		if len(best) > 0 && len(best[0].Host.Name) < len(h.Name) {
			best = nil
		}
		best = append(best, Thing{Ref: h.Ref, Host: h})
	}
	return best
}

// outside says what becomes of calls to a host that the mesh does not know.
func (m *Mesh) outside() *Outside {
	var o Outside
	for _, c := range m.Clients() {
		switch {
		case c.Dataplane != resolve.DataplaneSidecar && c.Dataplane != resolve.DataplaneGateway:
		case c.RegistryOnly():
			o.Refused += len(c.Workloads)
		default:
			o.Passed += len(c.Workloads)
		}
	}
	return &o
}
