package resolve

import (
	"net/netip"
	"slices"
	"time"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
)

// podHolder is a running pod, as far as it tells whose an address is.
type podHolder struct {
	name    string
	created time.Time
}

// addressBook names who is known by a pod, an address or a service account only. What
// more than one workload may be is left as it is.
type addressBook struct {
	byName    map[Peer][]*Workload
	byPod     map[podKey][]*Workload // of "" too: a log need not say the namespace
	byAddress map[string][]holding
	byAccount map[podKey][]*Workload
}

// holding is who has an address.
type holding struct {
	workload *Workload
	pod      podHolder
}

func newAddressBook(m *Mesh) *addressBook {
	b := &addressBook{map[Peer][]*Workload{}, map[podKey][]*Workload{}, map[string][]holding{}, map[podKey][]*Workload{}}
	if m == nil {
		return b
	}
	machines := map[Ref]string{}
	for _, o := range m.others[KindWorkloadEntry] {
		machines[o.Ref()] = o.Value.(*networkingv1.WorkloadEntry).Spec.GetAddress()
	}
	for _, w := range m.workloads {
		b.add(w)
		if a := machines[w.Ref]; a != "" {
			b.byAddress[plainAddress(a)] = append(b.byAddress[plainAddress(a)], holding{workload: w})
		}
	}
	return b
}

// add leaves out the addresses of a host network: whoever runs on the node has them.
func (b *addressBook) add(w *Workload) {
	b.byName[w.Peer()] = append(b.byName[w.Peer()], w)
	account := podKey{w.Ref.Namespace, w.ServiceAccount, ""}
	b.byAccount[account] = append(b.byAccount[account], w)
	for _, name := range w.PodNames {
		for _, namespace := range []string{w.Ref.Namespace, ""} {
			key := podKey{namespace, name, ""}
			b.byPod[key] = append(b.byPod[key], w)
		}
	}
	for i, ip := range w.addresses {
		if !w.HostNetwork && i < len(w.holders) {
			a := plainAddress(ip)
			b.byAddress[a] = append(b.byAddress[a], holding{w, w.holders[i]})
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
func (b *addressBook) name(p Peer, seen time.Time) Peer {
	if p.Name != "" {
		return p
	}
	if w := b.workload(p, seen); w != nil {
		return w.Peer()
	}
	return p
}

func (b *addressBook) workload(p Peer, seen time.Time) *Workload {
	if p.Pod != "" {
		return only(b.byPod[podKey{p.Namespace, p.Pod, ""}])
	}
	w, _ := b.at(p.Address, seen)
	switch {
	case p.ServiceAccount == "":
		return w
	case w != nil && w.ServiceAccount == p.ServiceAccount && w.Ref.Namespace == p.Namespace:
		return w
	}
	return only(b.byAccount[podKey{p.Namespace, p.ServiceAccount, ""}])
}

// at is the workload that has an address, and its pod, "" for a machine. nil where
// nobody has it, or two have.
func (b *addressBook) at(address string, seen time.Time) (*Workload, string) {
	var list []*Workload
	pod := ""
	for _, h := range b.byAddress[plainAddress(address)] {
		if seen.IsZero() || !h.pod.created.After(seen) {
			list, pod = append(list, h.workload), h.pod.name
		}
	}
	return only(list), pod
}

// only is the one workload that a list is about, whichever of its variants; nil for
// none or two.
func only(list []*Workload) *Workload {
	if len(list) == 0 || slices.ContainsFunc(list, func(w *Workload) bool { return w.Ref != list[0].Ref }) {
		return nil
	}
	return list[0]
}

// services are the services that lead to a port of a workload, 0 for any; sorted.
func (b *addressBook) services(server Peer, port int32) []ServicePort {
	var list []ServicePort
	for _, w := range b.byName[server] {
		for _, p := range w.Ports {
			if (p.Number == port || port == 0) && p.Protocol != ProtocolUDP {
				list = append(list, p.Services...)
			}
		}
	}
	slices.SortFunc(list, ServicePort.compare)
	return slices.Compact(list)
}
