package conformance

import (
	"fmt"
	"slices"
	"strings"

	envoy "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpoint "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	tcp "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/xds/endpoints"
)

// all stands for every endpoint of a cluster that keeps the address that the
// application chose, nobody for a cluster without endpoints.
const (
	all    = "every endpoint"
	nobody = "no endpoint"
)

// calls is what one client sends: by cluster ("host:80/subset") and endpoint
// ("10.0.0.1:8080").
type calls map[string]map[string]string

// calls reads what a client sends off its clusters.
func (i *istiod) calls(p *model.Proxy) calls {
	out := calls{}
	for _, c := range i.Clusters(p) {
		if !strings.HasPrefix(c.Name, "outbound|") {
			continue
		}
		_, subset, host, port := model.ParseSubsetKey(c.Name)
		if i.cluster.ofWaypoint(string(host)) {
			continue // which no world speaks of
		}
		key := fmt.Sprintf("%s:%d", host, port)
		if subset != "" {
			key += "/" + subset
		}
		out[key] = i.sends(c, p)
	}
	return out
}

func (i *istiod) sends(c *envoy.Cluster, p *model.Proxy) map[string]string {
	if c.GetType() == envoy.Cluster_ORIGINAL_DST {
		return map[string]string{all: sending(c, nil)}
	}
	out := map[string]string{}
	for _, group := range i.assigned(c, p).GetEndpoints() {
		for _, e := range group.GetLbEndpoints() {
			socket := e.GetEndpoint().GetAddress().GetSocketAddress()
			at := fmt.Sprintf("%s:%d", socket.GetAddress(), socket.GetPortValue())
			if through := i.tunnelled(e); through != "" {
				at = through
			}
			if network, ok := i.gateways[at]; ok {
				at = inNetwork(network)
			}
			also(out, at, sending(c, e))
		}
	}
	if len(out) == 0 {
		out[nobody] = sending(c, nil)
	}
	return out
}

// also adds what is sent to an address, which may stand in a cluster more than once.
func also(sent map[string]string, at, word string) {
	if was, again := sent[at]; again && !slices.Contains(strings.Split(was, " or "), word) {
		words := append(strings.Split(was, " or "), word)
		slices.Sort(words)
		word = strings.Join(words, " or ")
	} else if again {
		word = was
	}
	sent[at] = word
}

// assigned are the endpoints of a cluster.
func (i *istiod) assigned(c *envoy.Cluster, p *model.Proxy) *endpoint.ClusterLoadAssignment {
	if c.GetType() != envoy.Cluster_EDS {
		return c.GetLoadAssignment()
	}
	builder := endpoints.NewEndpointBuilder(c.Name, p, i.PushContext())
	return builder.BuildClusterLoadAssignment(i.Discovery.Env.EndpointIndex)
}

// sending is what goes to an endpoint: by the socket that its metadata selects,
// else by that of the cluster.
func sending(c *envoy.Cluster, e *endpoint.LbEndpoint) string {
	has := e.GetMetadata().GetFilterMetadata()["envoy.transport_socket_match"].GetFields()
	for _, m := range c.GetTransportSocketMatches() {
		matches := true
		for key, want := range m.GetMatch().GetFields() {
			matches = matches && has[key].GetStringValue() == want.GetStringValue()
		}
		if matches && m.GetName() == "hbone" {
			return tunnelling(m.GetTransportSocket())
		}
		if matches {
			return socket(m.GetTransportSocket())
		}
	}
	return socket(c.GetTransportSocket())
}

func socket(s *core.TransportSocket) string {
	var u tls.UpstreamTlsContext
	if s == nil || s.GetTypedConfig().UnmarshalTo(&u) != nil {
		return "PLAINTEXT" // a raw buffer
	}
	certificates := u.GetCommonTlsContext().GetTlsCertificateSdsSecretConfigs()
	switch {
	case len(certificates) == 0:
		return "SIMPLE"
	case certificates[0].Name == "default":
		return "ISTIO_MUTUAL"
	}
	return "MUTUAL"
}

// elsewhere is what becomes of calls to hosts that the client does not know:
// "PLAINTEXT" where they are passed through, "NOTHING" where they are refused, ""
// where the proxy never sees them.
func elsewhere(listeners []*listener.Listener) string {
	for _, l := range listeners {
		if l.Name != "virtualOutbound" {
			continue
		}
		for _, c := range l.GetFilterChains() {
			if c.Name != model.VirtualOutboundCatchAllTCPFilterChainName {
				continue
			}
			for _, f := range c.GetFilters() {
				var t tcp.TcpProxy
				if f.GetTypedConfig().UnmarshalTo(&t) == nil {
					return map[string]string{"PassthroughCluster": "PLAINTEXT", "BlackHoleCluster": "NOTHING"}[t.GetCluster()]
				}
			}
		}
	}
	return "" // interception mode NONE: such calls never reach the proxy
}
