package conformance

import (
	"fmt"
	"slices"
	"strings"

	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tcp "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"

	"istio.io/istio/pilot/pkg/model"
	istioroute "istio.io/istio/pilot/pkg/networking/core/route"

	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

// entrances are where a gateway sends what comes to a port for a name: "8080 a.example.com" to
// "web.shop.svc.cluster.local:80".
func (i *istiod) entrances(p *model.Proxy) ways {
	listeners := i.Listeners(p)
	routes := map[string]*route.RouteConfiguration{}
	for _, r := range i.RoutesFromListeners(p, listeners) {
		routes[r.Name] = r
	}
	found := map[string][]string{}
	for _, l := range listeners {
		port := l.GetAddress().GetSocketAddress().GetPortValue()
		if port == 0 {
			continue // what the proxy sends to itself
		}
		for _, c := range l.GetFilterChains() {
			enter(found, port, c, routes)
		}
	}
	return entered(found)
}

func entered(found map[string][]string) ways {
	out := ways{}
	for key, to := range found {
		if text := inOrder(to); text != "" {
			out[key] = text
		}
	}
	return out
}

// enter reads one chain: the routes of HTTP by their domains, others by SNI.
func enter(found map[string][]string, port uint32, c *listener.FilterChain, routes map[string]*route.RouteConfiguration) {
	names := c.GetFilterChainMatch().GetServerNames()
	if len(names) == 0 {
		names = []string{"*"}
	}
	for _, f := range c.GetFilters() {
		var h hcm.HttpConnectionManager
		if f.GetTypedConfig().UnmarshalTo(&h) == nil {
			for _, v := range routes[h.GetRds().GetRouteConfigName()].GetVirtualHosts() {
				for _, domain := range v.Domains {
					key := fmt.Sprint(port, " ", domain)
					found[key] = append(found[key], routed(untilEvery(v))...)
				}
			}
			continue
		}
		var t tcp.TcpProxy
		if f.GetTypedConfig().UnmarshalTo(&t) != nil {
			continue
		}
		for _, name := range names {
			key := fmt.Sprint(port, " ", name)
			if t.GetCluster() != "" {
				found[key] = append(found[key], called(t.GetCluster()))
			}
			for _, w := range t.GetWeightedClusters().GetClusters() {
				found[key] = append(found[key], called(w.Name))
			}
		}
	}
}

// untilEvery is a virtual host without the routes behind the first for every request.
func untilEvery(v *route.VirtualHost) *route.VirtualHost {
	at := slices.IndexFunc(v.Routes, istioroute.IsCatchAllRoute)
	if at < 0 {
		return v
	}
	return &route.VirtualHost{Routes: v.Routes[:at+1]}
}

// enters collects where a gateway sends calls.
func (o *ours) enters(m *member, x *inbound.Workload) {
	class := o.classOf(x)
	if class == nil || !m.router {
		return
	}
	found := map[string][]string{}
	for _, w := range o.mesh.GatewayWays(class, x) {
		text := wayTo(w.Destination.Host, w.Destination.Port, w.Subset)
		if w.Mirror {
			text = "mirror=" + text
		}
		key := fmt.Sprint(w.Server.Listens, " ", w.Name)
		found[key] = append(found[key], text)
	}
	o.entrances[m.String()] = entered(found)
}

// compareEntrances lists where gateways send calls elsewhere.
func (o *ours) compareEntrances(istiod *answers) (out []disagreement) {
	for _, gateway := range both(istiod.entrances, o.entrances) {
		theirs, mine := istiod.entrances[gateway], o.entrances[gateway]
		for _, key := range both(theirs, mine) {
			if theirs[key] != mine[key] && !(o.delegated && within(theirs[key], mine[key])) {
				port, name, _ := strings.Cut(key, " ")
				out = append(out, disagreement{gateway + " port " + port + " for " + name, theirs[key], mine[key], ""})
			}
		}
	}
	return out
}
