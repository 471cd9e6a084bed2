package evidence

import (
	"net/netip"
	"slices"
	"time"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/pod"
)

// addressBook names who is known by a pod, an address or a service account only. What
// more than one workload may be is left as it is.
type addressBook struct {
	byName    map[resolve.Peer][]*inbound.Workload
	byPod     map[inNamespace][]*inbound.Workload // of "" too: a log need not say the namespace
	byAddress map[string][]holding
	byAccount map[inNamespace][]*inbound.Workload
}

// inNamespace is a name and its namespace, "" for any.
type inNamespace struct{ namespace, name string }

// holding is who has an address.
type holding struct {
	workload *inbound.Workload
	pod      pod.PodHolder
}

func newAddressBook(m *mesh.Mesh) *addressBook {
	b := &addressBook{map[resolve.Peer][]*inbound.Workload{}, map[inNamespace][]*inbound.Workload{}, map[string][]holding{}, map[inNamespace][]*inbound.Workload{}}
	if m == nil {
		return b
	}
	machines := map[resolve.Ref]string{}
	for _, o := range m.Objects(resolve.KindWorkloadEntry) {
		machines[o.Ref()] = o.Value.(*networkingv1.WorkloadEntry).Spec.GetAddress()
	}
	for _, w := range m.Workloads() {
		b.add(w)
		if a := machines[w.Ref]; a != "" {
			b.byAddress[plainAddress(a)] = append(b.byAddress[plainAddress(a)], holding{workload: w})
		}
	}
	return b
}

// add leaves out the addresses of a host network: whoever runs on the node has them.
func (b *addressBook) add(w *inbound.Workload) {
	b.byName[w.Peer()] = append(b.byName[w.Peer()], w)
	account := inNamespace{w.Ref.Namespace, w.ServiceAccount}
	b.byAccount[account] = append(b.byAccount[account], w)
	for _, name := range w.PodNames {
		for _, namespace := range []string{w.Ref.Namespace, ""} {
			key := inNamespace{namespace, name}
			b.byPod[key] = append(b.byPod[key], w)
		}
	}
	for i, ip := range w.Addresses {
		if !w.HostNetwork && i < len(w.Holders) {
			a := plainAddress(ip)
			b.byAddress[a] = append(b.byAddress[a], holding{w, w.Holders[i]})
		}
	}
}

// plainAddress is the one way in which an address is written here.
func plainAddress(text string) string {
	if a, err := netip.ParseAddr(text); err == nil {
		return a.Unmap().WithZone("").String()
	}
	return text
}

// name gives a peer the name of the workload that it must be, where one must: a pod
// by its name, else whoever has the address and fits the certificate, else the only one
// with its service account. A pod that began after seen was not there yet.
func (b *addressBook) name(p resolve.Peer, seen time.Time) resolve.Peer {
	if p.Name != "" {
		return p
	}
	if w := b.workload(p, seen); w != nil {
		return w.Peer()
	}
	return p
}

func (b *addressBook) workload(p resolve.Peer, seen time.Time) *inbound.Workload {
	if p.Pod != "" {
		return only(b.byPod[inNamespace{p.Namespace, p.Pod}])
	}
	w, _ := b.at(p.Address, seen)
	switch {
	case p.ServiceAccount == "":
		return w
	case w != nil && w.ServiceAccount == p.ServiceAccount && w.Ref.Namespace == p.Namespace:
		return w
	}
	return only(b.byAccount[inNamespace{p.Namespace, p.ServiceAccount}])
}

// at is the workload that has an address, and its pod, "" for a machine. nil where
// nobody has it, or two have.
func (b *addressBook) at(address string, seen time.Time) (*inbound.Workload, string) {
	var list []*inbound.Workload
	pod := ""
	for _, h := range b.byAddress[plainAddress(address)] {
		if seen.IsZero() || !h.pod.Created.After(seen) {
			list, pod = append(list, h.workload), h.pod.Name
		}
	}
	return only(list), pod
}

// only is the one workload that a list is about, whichever of its variants; nil for
// none or two.
func only(list []*inbound.Workload) *inbound.Workload {
	if len(list) == 0 || slices.ContainsFunc(list, func(w *inbound.Workload) bool { return w.Ref != list[0].Ref }) {
		return nil
	}
	return list[0]
}

// services are the services that lead to a port of a workload, 0 for any; sorted.
func (b *addressBook) services(server resolve.Peer, port int32) []inbound.ServicePort {
	var list []inbound.ServicePort
	for _, w := range b.byName[server] {
		for _, p := range w.Ports {
			if (p.Number == port || port == 0) && p.Protocol != resolve.ProtocolUDP {
				list = append(list, p.Services...)
			}
		}
	}
	slices.SortFunc(list, inbound.ServicePort.Compare)
	return slices.Compact(list)
}
