package conformance

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	envoy "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpoint "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	internalupstream "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/internal_upstream/v3"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/test"
	"istio.io/istio/pkg/workloadapi"
	"istio.io/istio/pkg/workloadapi/security"
	corev1 "k8s.io/api/core/v1"
)

// settleAmbient waits until istiod's ambient index has heard of everything, which it does on
// its own time, and makes istiod look again.
func (i *istiod) settleAmbient(t test.Failer) {
	want, last := len(i.cluster.members)+len(i.cluster.waypoints), ""
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if !i.AmbientIndex.HasSynced() {
			continue
		}
		all, _ := i.AmbientIndex.AddressInformation(nil)
		workloads, now := 0, []string{}
		for _, a := range all {
			now = append(now, a.Address.String())
			if a.Address.GetWorkload() != nil {
				workloads++
			}
		}
		slices.Sort(now)
		text := strings.Join(now, "\n")
		if workloads >= want && text == last {
			break
		}
		last = text
	}
	i.Discovery.ConfigUpdate(&model.PushRequest{Forced: true})
	i.EnsureSynced(t)
}

// askAmbient reads everything about ambient members and waypoints off the index.
func (a *answers) askAmbient(i *istiod, revision string, ports []uint32) {
	x := i.index()
	for _, m := range i.cluster.members {
		if m.ambient && revision == "default" {
			a.modes[m.String()] = x.modes(m, ports)
			a.calls[m.String()] = x.calls(m)
		}
	}
	for _, m := range i.cluster.waypoints {
		if revision == "default" {
			a.calls[waypointOf(m.namespace, m.name)] = i.forwards(i.proxy(m))
		}
	}
}

// waypointOf stands for a waypoint, as an endpoint and as a client.
func waypointOf(namespace, name string) string { return "waypoint " + namespace + "/" + name }

// ambientIndex is what ztunnel is told.
type ambientIndex struct {
	cluster   *cluster
	services  []*workloadapi.Service
	canonical map[*workloadapi.Service]bool
	workloads []*workloadapi.Workload
	policies  map[string]*security.Authorization
}

func (i *istiod) index() *ambientIndex {
	x := &ambientIndex{cluster: i.cluster, canonical: map[*workloadapi.Service]bool{}, policies: map[string]*security.Authorization{}}
	all, _ := i.AmbientIndex.AddressInformation(nil)
	for _, a := range all {
		if w := a.Address.GetWorkload(); w != nil {
			x.workloads = append(x.workloads, w)
		}
		if s := a.Address.GetService(); s != nil {
			x.services = append(x.services, s)
			x.canonical[s] = s.Canonical
		}
	}
	for _, p := range i.AmbientIndex.Policies(nil) {
		x.policies[p.Authorization.Namespace+"/"+p.Authorization.Name] = p.Authorization
	}
	return x
}

// workload is that of a member.
func (x *ambientIndex) workload(m *member) *workloadapi.Workload {
	for _, w := range x.workloads {
		if slices.Contains(addressesOf(w), m.address) && strings.Contains(w.Uid, "/Pod/") {
			return w
		}
	}
	return nil
}

func addressesOf(w *workloadapi.Workload) (out []string) {
	for _, a := range w.Addresses {
		if ip, ok := netip.AddrFromSlice(a); ok {
			out = append(out, ip.String())
		}
	}
	if len(out) == 0 && w.Hostname != "" {
		out = append(out, w.Hostname)
	}
	return out
}

// modes are STRICT where a policy that the pod refers to denies plaintext (2C.1, 2C.2).
func (x *ambientIndex) modes(m *member, ports []uint32) map[uint32]string {
	out, w := map[uint32]string{}, x.workload(m)
	for _, port := range ports {
		switch {
		case w == nil:
			out[port] = missing
		case m.annotations["ambient.istio.io/bypass-inbound-capture"] == "true":
			out[port] = "NONE"
		case slices.ContainsFunc(w.AuthorizationPolicies, func(name string) bool { return ofPeerAuthentication(name) && deniesPlaintext(x.policies[name], port) }):
			out[port] = "STRICT"
		default:
			out[port] = "PERMISSIVE"
		}
	}
	return out
}

// ofPeerAuthentication reports a policy that istiod made of PeerAuthentications.
func ofPeerAuthentication(key string) bool {
	return strings.Contains(key, "/converted_peer_authentication_") || strings.Contains(key, "/istio_converted_static_strict")
}

// deniesPlaintext is what ztunnel makes of a DENY policy for a call without identity: groups are
// alternatives, all rules of a group have to match, by one of their matches each. A policy that
// does not exist denies nothing.
func deniesPlaintext(p *security.Authorization, port uint32) bool {
	if p == nil || p.Action != security.Action_DENY {
		return false
	}
	return slices.ContainsFunc(p.Groups, func(g *security.Group) bool {
		return !slices.ContainsFunc(g.Rules, func(r *security.Rules) bool {
			return !slices.ContainsFunc(r.Matches, func(m *security.Match) bool {
				return (len(m.DestinationPorts) == 0 || slices.Contains(m.DestinationPorts, port)) && !slices.Contains(m.NotDestinationPorts, port)
			})
		})
	})
}

// calls are what ztunnel sends for a member to every service (3.6.1).
func (x *ambientIndex) calls(m *member) calls {
	out := calls{}
	for _, s := range x.services {
		if x.cluster.ofWaypoint(s.Hostname) || !x.reaches(m, s) {
			continue
		}
		for _, p := range s.Ports {
			if x.cluster.overUDP(s, p.ServicePort) {
				continue // which ztunnel is told of, and never gets
			}
			out[fmt.Sprintf("%s:%d", s.Hostname, p.ServicePort)] = x.sends(s, p.ServicePort)
		}
	}
	return out
}

// isService reports a Service of Kubernetes: a ServiceEntry may have such a name, too.
func (c *cluster) isService(s *workloadapi.Service) bool {
	return slices.ContainsFunc(c.services, func(k *corev1.Service) bool {
		return k.Namespace == s.Namespace && k.Name+"."+k.Namespace+".svc.cluster.local" == s.Hostname
	})
}

// overUDP reports a port of a Service that is none for TCP.
func (c *cluster) overUDP(s *workloadapi.Service, port uint32) bool {
	return slices.ContainsFunc(c.services, func(k *corev1.Service) bool {
		return k.Namespace == s.Namespace && k.Name+"."+k.Namespace+".svc.cluster.local" == s.Hostname && slices.ContainsFunc(k.Spec.Ports, func(p corev1.ServicePort) bool {
			return uint32(p.Port) == port && p.Protocol == corev1.ProtocolUDP
		})
	})
}

// reaches reports the service that a host name means to a member: that of its own namespace,
// else the one that is everybody's (3.6.2).
func (x *ambientIndex) reaches(m *member, s *workloadapi.Service) bool {
	if s.Namespace == m.namespace {
		return true
	}
	if local(s) {
		return false
	}
	own := slices.ContainsFunc(x.services, func(o *workloadapi.Service) bool { return o.Hostname == s.Hostname && o.Namespace == m.namespace })
	return !own && s.Canonical
}

// local reports a service that istiod shows to clients of its own namespace only; one that does not
// know of this shows none.
func local(s *workloadapi.Service) bool {
	m := s.ProtoReflect()
	f := m.Descriptor().Fields().ByName("visibility")
	return f != nil && f.Enum().Values().ByNumber(m.Get(f).Enum()).Name() == "NAMESPACE"
}

func (x *ambientIndex) sends(s *workloadapi.Service, port uint32) map[string]string {
	out := map[string]string{}
	// istiod's controller for addresses of ServiceEntries does not run here: one with hosts that
	// are no wildcards, and a resolution, has one.
	addressed := len(s.Addresses) > 0 || !x.cluster.isService(s) && !strings.HasPrefix(s.Hostname, "*") && s.LoadBalancing.GetMode() != workloadapi.LoadBalancing_PASSTHROUGH
	if s.Waypoint != nil && addressed {
		return map[string]string{all: "HBONE", throughOf(s.Waypoint): "HBONE"}
	}
	if s.LoadBalancing.GetMode() == workloadapi.LoadBalancing_PASSTHROUGH {
		return map[string]string{all: "PLAINTEXT"}
	}
	for _, w := range x.workloads {
		ports := w.Services[s.Namespace+"/"+s.Hostname]
		for _, p := range ports.GetPorts() {
			if p.ServicePort != port {
				continue
			}
			for _, address := range addressesOf(w) {
				at, sends := fmt.Sprintf("%s:%d", address, cmp.Or(p.TargetPort, port)), "PLAINTEXT"
				if w.TunnelProtocol == workloadapi.TunnelProtocol_HBONE {
					sends = "HBONE"
				}
				if !addressed && w.Waypoint != nil {
					at, sends = throughOf(w.Waypoint), "HBONE"
				}
				out[at] = sends
			}
		}
	}
	if len(out) == 0 {
		out[nobody] = "PLAINTEXT" // refused: there is nobody to send to
	}
	return out
}

// throughOf is the waypoint of an address.
func throughOf(a *workloadapi.GatewayAddress) string {
	name, rest, _ := strings.Cut(a.GetHostname().GetHostname(), ".")
	namespace, _, _ := strings.Cut(rest, ".")
	return waypointOf(namespace, name)
}

// tunnelled is where a tunnelled endpoint is: in the tunnel's metadata, "" for one that is not.
func (i *istiod) tunnelled(e *endpoint.LbEndpoint) string {
	if e.GetEndpoint().GetAddress().GetEnvoyInternalAddress() == nil {
		return ""
	}
	fields := e.GetMetadata().GetFilterMetadata()["envoy.filters.listener.original_dst"].GetFields()
	if through := fields["waypoint"].GetStringValue(); through != "" {
		for _, m := range i.cluster.waypoints {
			if strings.HasPrefix(through, m.address+":") {
				return waypointOf(m.namespace, m.name)
			}
		}
	}
	return fields["local"].GetStringValue()
}

// tunnelling is HBONE, with what is inside.
func tunnelling(s *core.TransportSocket) string {
	if inside := socket(inner(s)); inside != "PLAINTEXT" {
		return "HBONE+" + inside
	}
	return "HBONE"
}

// inner is the socket inside of one that leads to an internal listener.
func inner(s *core.TransportSocket) *core.TransportSocket {
	var up internalupstream.InternalUpstreamTransport
	if s.GetTypedConfig().UnmarshalTo(&up) == nil {
		return up.TransportSocket
	}
	return s
}

// forwards is what a waypoint sends to the endpoints of the services that it stands before, read
// off its clusters.
func (i *istiod) forwards(p *model.Proxy) calls {
	out := calls{}
	for _, c := range i.Clusters(p) {
		if !strings.HasPrefix(c.Name, "inbound-vip|") {
			continue
		}
		_, kind, host, port := model.ParseSubsetKey(c.Name)
		key := fmt.Sprintf("%s:%d", host, port)
		if _, subset, ok := strings.Cut(kind, "/"); ok {
			key += "/" + subset
		}
		inside, sends := socket(inner(c.GetTransportSocket())), map[string]string{}
		for _, group := range i.assigned(c, p).GetEndpoints() {
			for _, e := range group.GetLbEndpoints() {
				if at := i.tunnelled(e); at != "" {
					sends[at] = "HBONE"
					if inside != "PLAINTEXT" {
						sends[at] = "HBONE+" + inside
					}
					continue
				}
				a := e.GetEndpoint().GetAddress().GetSocketAddress()
				sends[fmt.Sprintf("%s:%d", a.GetAddress(), a.GetPortValue())] = inside
			}
		}
		switch {
		case len(sends) == 0 && c.GetType() == envoy.Cluster_EDS:
			sends[all] = "NOTHING"
		case len(sends) == 0:
			sends[all] = inside
		}
		out[key] = sends
	}
	return out
}
