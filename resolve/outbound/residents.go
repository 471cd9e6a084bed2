package outbound

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// residents finds what stands at the addresses that ServiceEntries write: a pod has the IP, or
// the name or cluster IP is a Service's. What clients take such an endpoint for is what the
// entry says (1.10); what becomes of the bytes, what stands there decides.
type residents struct {
	side     *Side
	pods     map[netip.Addr][]*inbound.Workload
	services map[netip.Addr]*inbound.Service
}

// longestAlias bounds the ExternalName Services that are followed, of which some lead in a ring.
const longestAlias = 5

// at are the endpoints that an address stands for: itself where nothing of the input does.
func (r *residents) at(e Endpoint) []Endpoint {
	ip, ok := single(e.Address)
	if !ok {
		if w := r.side.podNamed(e.Address); w != nil {
			e.Workload = w
			return []Endpoint{e}
		}
		return r.through(r.side.serviceNamed(e.Address), e)
	}
	r.index()
	if w := oneOf(r.pods[ip], e.Port); w != nil {
		e.Workload = w
		return []Endpoint{e}
	}
	return r.through(r.services[ip], e)
}

// single is the IP that an address is, or a range of one: "10.0.0.7/32".
func single(address string) (netip.Addr, bool) {
	if prefix, err := netip.ParsePrefix(address); err == nil && prefix.IsSingleIP() {
		return prefix.Addr().Unmap(), true
	}
	ip, err := netip.ParseAddr(address)
	return ip.Unmap(), err == nil
}

// inPlaceOf are endpoints with what stands at their addresses.
func (r *residents) inPlaceOf(h *Host, list []Endpoint) []Endpoint {
	var out []Endpoint
	for _, e := range list {
		if e.Address == "" {
			out = append(out, e)
			continue
		}
		found := r.at(e)
		if found[0].Workload != nil {
			r.side.leading[h.Namespace] = true
		}
		out = append(out, found...)
	}
	return out
}

// chosen are the pods at the addresses of a host with resolution NONE: an application that
// calls it has one of these, and the proxy keeps it (3.4.3).
func (r *residents) chosen(h *Host, addresses []string, port int32) []Endpoint {
	var out []Endpoint
	for _, address := range addresses {
		e := Endpoint{Address: address, Port: port, Label: "disabled", Known: true, chosen: true, why: resolve.Reason{Cause: resolve.CauseNoAccountCountsNot}}
		for _, e := range r.at(e) {
			if e.Workload != nil {
				r.side.leading[h.Namespace] = true
				out = append(out, e)
			}
		}
	}
	return out
}

// index reads the addresses of the input, once.
func (r *residents) index() {
	if r.pods != nil {
		return
	}
	r.pods, r.services = map[netip.Addr][]*inbound.Workload{}, map[netip.Addr]*inbound.Service{}
	for _, w := range r.side.In.Workloads {
		for _, address := range w.Addresses {
			if ip, ok := single(address); ok && !slices.Contains(r.pods[ip], w) {
				r.pods[ip] = append(r.pods[ip], w)
			}
		}
	}
	for _, s := range r.side.In.Services {
		for _, address := range s.Addresses {
			if ip, ok := single(address); ok {
				r.services[ip] = s
			}
		}
	}
}

// oneOf is the workload that an address leads to, nil for none or where nobody can tell: pods
// on the network of their node share its address, and are told apart by their ports.
func oneOf(list []*inbound.Workload, port int32) *inbound.Workload {
	if len(list) < 2 {
		return append(list, nil)[0]
	}
	declares := func(w *inbound.Workload) bool {
		return slices.ContainsFunc(w.Ports, func(p inbound.Port) bool { return p.Number == port && p.Declared })
	}
	if i := slices.IndexFunc(list, declares); i >= 0 && !slices.ContainsFunc(list[i+1:], declares) {
		return list[i]
	}
	return nil
}

// through are the pods behind a Service that the address is the name or the cluster IP of. The
// name of a headless Service is its pods', on the port that is called.
func (r *residents) through(s *inbound.Service, e Endpoint) []Endpoint {
	for range longestAlias {
		if s == nil || s.ExternalName == "" {
			break
		}
		s = r.side.serviceNamed(s.ExternalName)
	}
	if s == nil || s.ExternalName != "" {
		return []Endpoint{e}
	}
	var list []Endpoint
	for _, to := range r.behind(s, e.Port) {
		next := e
		if next.Workload = to.Workload; to.Workload != nil && to.Address == "" {
			next.Workload = cmp.Or(r.ofPod(to.Workload), to.Workload)
		}
		if !s.Headless {
			next.Port, next.dialed = to.Port, e.Port
		}
		if to.Workload != nil && !slices.ContainsFunc(list, next.isAt) {
			list = append(list, next)
		}
	}
	if len(list) == 0 {
		return []Endpoint{e}
	}
	return list
}

// behind are the endpoints of a port of a Service, of a headless one those of all its ports.
func (r *residents) behind(s *inbound.Service, port int32) (list []Endpoint) {
	var workloads []*inbound.Workload
	if x := r.side.In.Spaces[s.Ref.Namespace]; x != nil {
		workloads = x.Workloads
	}
	pods := inbound.NewPodIndex(workloads, r.side.In.Gaps)
	for _, p := range s.Ports {
		if !p.UDP && (s.Headless || p.Port == port) {
			list = append(list, endpointsOf(s, p, r.side.behind(s), pods)...)
		}
	}
	return list
}

// serviceNamed is the Service that a name is resolved to from anywhere in the cluster, nil for
// none.
func (side *Side) serviceNamed(name string) *inbound.Service {
	name = strings.TrimSuffix(strings.TrimSuffix(name, "."), "."+resolve.ClusterDomain)
	short, rest, dotted := strings.Cut(name, ".")
	namespace, _ := strings.CutSuffix(rest, ".svc")
	if !dotted || strings.Contains(namespace, ".") {
		return nil
	}
	want := resolve.Ref{Kind: resolve.KindService, Namespace: namespace, Name: short}
	i, found := slices.BinarySearchFunc(side.In.Services, want, func(s *inbound.Service, r resolve.Ref) int { return s.Ref.Compare(r) })
	if !found {
		return nil
	}
	return side.In.Services[i]
}
