package conformance

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	tcp "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/config/host"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// ways are where a sidecar sends calls, by what is called: "web.shop.svc.cluster.local:80" to
// "web.shop.svc.cluster.local:80/v1 mirror=other.com:80".
type ways map[string]string

// ways reads them off the listeners and routes of a sidecar, for each host and port that it has a
// cluster for: off the listener of its address, or the routes of HTTP for the port.
func (i *istiod) ways(p *model.Proxy, listeners []*listener.Listener, known calls) ways {
	routes := map[string]*route.RouteConfiguration{}
	for _, r := range i.RoutesFromListeners(p, listeners) {
		routes[r.Name] = r
	}
	byName := map[string]*listener.Listener{}
	for _, l := range listeners {
		byName[l.Name] = l
	}
	out := ways{}
	for key := range known {
		if strings.Contains(key, "/") {
			continue
		}
		name, port, _ := strings.Cut(key, ":")
		s := i.PushContext().ServiceForHostname(p, host.Name(name))
		if s == nil {
			continue
		}
		var to []string
		number, _ := strconv.Atoi(port)
		own := byName[s.GetAddressForProxy(p)+"_"+port]
		switch declared, ok := s.Ports.GetByPort(number); {
		case own != nil && s.GetAddressForProxy(p) != "0.0.0.0":
			to = append(streamed(own, name), routed(virtualHost(routes[key], name, key))...)
		case ok && declared.Protocol.IsHTTP() && virtualHost(routes[port], name, key) != nil:
			to = routed(virtualHost(routes[port], name, key))
		default:
			continue // at an address that others have as well
		}
		out[key] = inOrder(to)
	}
	return out
}

// virtualHost is the one that takes calls of a name.
func virtualHost(config *route.RouteConfiguration, name, key string) *route.VirtualHost {
	for _, h := range config.GetVirtualHosts() {
		if slices.Contains(h.Domains, name) || slices.Contains(h.Domains, key) || config.Name == key {
			return h
		}
	}
	return nil
}

// routed are the clusters of all routes.
func routed(h *route.VirtualHost) (to []string) {
	for _, r := range h.GetRoutes() {
		a := r.GetRoute()
		if c := a.GetCluster(); c != "" {
			to = append(to, called(c))
		}
		for _, c := range a.GetWeightedClusters().GetClusters() {
			to = append(to, called(c.Name))
		}
		for _, m := range a.GetRequestMirrorPolicies() {
			to = append(to, "mirror="+called(m.Cluster))
		}
	}
	return to
}

// streamed are the clusters of the chains for TCP: of several, those for the name.
func streamed(l *listener.Listener, name string) (to []string) {
	best := ""
	for _, c := range append(l.GetFilterChains(), l.GetDefaultFilterChain()) {
		var clusters []string
		for _, f := range c.GetFilters() {
			var t tcp.TcpProxy
			if f.GetTypedConfig().UnmarshalTo(&t) != nil {
				continue
			}
			if t.GetCluster() != "" {
				clusters = append(clusters, called(t.GetCluster()))
			}
			for _, w := range t.GetWeightedClusters().GetClusters() {
				clusters = append(clusters, called(w.Name))
			}
		}
		names := c.GetFilterChainMatch().GetServerNames()
		if len(names) == 0 {
			if best == "" {
				to = append(to, clusters...)
			}
			continue
		}
		for _, one := range names {
			if resolve.SubsetOf(name, one) && (best == "" || len(one) > len(best)) {
				best, to = one, clusters
			}
		}
	}
	return to
}

// called is a cluster by what it is of.
func called(cluster string) string {
	if !strings.HasPrefix(cluster, "outbound|") {
		return cluster
	}
	_, subset, name, port := model.ParseSubsetKey(cluster)
	return wayTo(string(name), int32(port), subset)
}

func wayTo(host string, port int32, subset string) string {
	text := fmt.Sprintf("%s:%d", host, port)
	if subset != "" {
		text += "/" + subset
	}
	return text
}

// leads collects where a member's calls go.
func (o *ours) leads(m *member, x *inbound.Workload) {
	class := o.classOf(x)
	if class == nil || m.router || m.waypoint || !m.proxy || x.Membership.Dataplane == resolve.DataplaneUnknown {
		return
	}
	out := ways{}
	o.ways[m.String()], o.several[m.String()] = out, len(class.Workloads) > 1
	for _, h := range o.mesh.Part(class.Cluster).Hosts() {
		if h.Alias != "" {
			continue
		}
		for i := range h.Ports {
			if p := &h.Ports[i]; o.mesh.Knows(class, h, p.Number) {
				key := wayTo(h.Name, p.Number, "")
				out[key] = inOrder(strings.Fields(out[key] + " " + o.waysOf(class, h, p)))
			}
		}
	}
}

func (o *ours) waysOf(class *outbound.ClientClass, h *outbound.Host, p *outbound.HostPort) string {
	var to []string
	found, _ := o.mesh.Ways(class, h, p)
	for _, w := range found {
		text := wayTo(w.Destination.Host, w.Destination.Port, w.Subset)
		if w.Mirror {
			text = "mirror=" + text
		}
		to = append(to, text)
	}
	return inOrder(to)
}

// inOrder leaves out what goes on to where the client wanted, or nowhere: no host of the mesh.
func inOrder(to []string) string {
	to = slices.DeleteFunc(to, func(one string) bool {
		return one == "PassthroughCluster" || one == "BlackHoleCluster" || one == "UnknownService" || strings.HasSuffix(one, "/zero-weight")
	})
	slices.Sort(to)
	return strings.Join(slices.Compact(to), " ")
}

// within reports that all of one list are of another: routes that are for some labels are told of
// all clients that are taken together.
func within(some, all string) bool {
	return !slices.ContainsFunc(strings.Fields(some), func(one string) bool { return !slices.Contains(strings.Fields(all), one) })
}

// delegates reports a world with a VirtualService without hosts.
func (w world) delegates() bool {
	return slices.ContainsFunc(w, func(d document) bool { return d.kind() == "VirtualService" && d.at("spec", "hosts") == nil })
}

// compareWays lists where both say where calls go, and differ.
func (o *ours) compareWays(istiod *answers) []disagreement {
	var out []disagreement
	for _, client := range both(istiod.ways, o.ways) {
		theirs, mine := istiod.ways[client], o.ways[client]
		for _, key := range both(theirs, mine) {
			host, _, _ := strings.Cut(key, ":")
			their, asked := theirs[key]
			my, said := mine[key]
			if among := (o.several[client] || o.delegated) && within(their, my); asked && said && their != my && !among && !o.ties[client+" -> "+host] {
				out = append(out, disagreement{client + " calls " + key, their, my, ""})
			}
		}
	}
	return out
}
