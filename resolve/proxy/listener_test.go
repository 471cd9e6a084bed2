package proxy_test

import (
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
)

var (
	mesh  = &proxy.ServerTLS{Certificate: "default", DemandsClient: true}
	files = &proxy.ServerTLS{Certificate: "file-cert:/a~/b", DemandsClient: true, Domains: []string{"spiffe://cluster.local/"}}
	own   = &proxy.ServerTLS{Certificate: "kubernetes://edge"}
)

// TestChains: what connections get through is decided by Envoy's matching.
func TestChains(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind   proxy.Kind
		chains []proxy.Chain
		want   resolve.Mode
	}{
		"nothing":                              {proxy.Sidecar, nil, resolve.None},
		"mTLS for all ports":                   {proxy.Sidecar, []proxy.Chain{{TLS: mesh, Transport: "tls"}}, resolve.Strict},
		"the chain of the listener's own port": {proxy.Sidecar, []proxy.Chain{{Name: "virtualInbound-blackhole", Port: 15006}, {TLS: mesh}}, resolve.Strict},
		"both":                                 {proxy.Sidecar, []proxy.Chain{{TLS: mesh, Transport: "tls"}, {Transport: "raw_buffer"}}, resolve.Permissive},
		"foreign TLS passes":                   {proxy.Sidecar, []proxy.Chain{{TLS: mesh, Transport: "tls"}, {Transport: "tls"}}, resolve.Strict},
		"plaintext":                            {proxy.Sidecar, []proxy.Chain{{}}, resolve.Disable},
		"the port's own chain hides those of all": {proxy.Sidecar, []proxy.Chain{{TLS: mesh}, {Port: 8080}}, resolve.Disable},
		"another port's chain does not":           {proxy.Sidecar, []proxy.Chain{{TLS: mesh}, {Port: 9090}}, resolve.Strict},
		"what no chain takes":                     {proxy.Sidecar, []proxy.Chain{{TLS: mesh, Port: 8080}, {Default: true}}, resolve.Permissive},
		"certificates of files":                   {proxy.Sidecar, []proxy.Chain{{TLS: files}}, resolve.Strict},
		"a certificate of somebody":               {proxy.Sidecar, []proxy.Chain{{TLS: own}}, resolve.TLS},
		"no client certificate is demanded":       {proxy.Sidecar, []proxy.Chain{{TLS: &proxy.ServerTLS{Certificate: "default"}}}, resolve.TLS},
		"a socket that cannot be read":            {proxy.Sidecar, []proxy.Chain{{TLS: mesh}, {Opaque: true}}, resolve.Unknown},
	} {
		e := &proxy.Envoy{Node: proxy.Node{Kind: c.kind}, Listeners: []proxy.Listener{{Name: "virtualInbound", Port: 15006, Inbound: true, Chains: c.chains}}}
		if got := e.Port(8080).Mode(); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestListeners: a gateway has a listener for each port, and so has a proxy without interception.
func TestListeners(t *testing.T) {
	t.Parallel()
	gateway := &proxy.Envoy{Node: proxy.Node{Kind: proxy.Router}, Listeners: []proxy.Listener{
		{Name: "0.0.0.0_8443", Port: 8443, Chains: []proxy.Chain{{TLS: own, Names: []string{"a"}}, {Names: []string{"b"}}}},
		{Name: "0.0.0.0_8080", Port: 8080, Chains: []proxy.Chain{{}}},
		{Name: "health", Port: 15021, Static: true, Chains: []proxy.Chain{{}}},
	}}
	if got := [3]resolve.Mode{gateway.Port(8443).Mode(), gateway.Port(8080).Mode(), gateway.Port(15021).Mode()}; got != [3]resolve.Mode{resolve.TLS, resolve.Disable, resolve.None} {
		t.Errorf("gateway: %v", got)
	}
	sidecar := &proxy.Envoy{Node: proxy.Node{Kind: proxy.Sidecar}, Listeners: []proxy.Listener{
		{Name: "10.0.0.7_8080", Port: 8080, Inbound: true, Chains: []proxy.Chain{{TLS: mesh}}}, {Name: "0.0.0.0_80", Port: 80, Chains: []proxy.Chain{{}}},
	}}
	if got := [2]resolve.Mode{sidecar.Port(8080).Mode(), sidecar.Port(80).Mode()}; got != [2]resolve.Mode{resolve.Strict, resolve.None} || sidecar.Intercepts() {
		t.Errorf("sidecar: %v", got)
	}
}

// TestClusters: the first socket whose match fits the endpoint's metadata counts.
func TestClusters(t *testing.T) {
	t.Parallel()
	mutual := &proxy.ClientTLS{TLS: true, Certificate: "default"}
	auto := proxy.Cluster{Matches: []proxy.SocketMatch{{Name: "hbone", Match: map[string]string{"tunnel": "http"}, Socket: &proxy.ClientTLS{Tunnel: true}}, {Name: "tlsMode-istio", Match: map[string]string{"tlsMode": "istio"}, Socket: mutual}, {Name: "tlsMode-disabled"}}}
	for want, metadata := range map[resolve.ClientTLS]map[string]string{
		resolve.SendsHBONE: {"tunnel": "http", "tlsMode": "istio"}, resolve.SendsIstioMutual: {"tlsMode": "istio"}, resolve.SendsPlaintext: {"tlsMode": "disabled"},
	} {
		if got := auto.To(&proxy.Endpoint{Metadata: metadata}); got != want {
			t.Errorf("%v: %v, want %v", metadata, got, want)
		}
	}
	for want, c := range map[resolve.ClientTLS]proxy.Cluster{
		resolve.SendsPlaintext: {}, resolve.SendsIstioMutual: {Socket: mutual}, resolve.SendsSimple: {Socket: &proxy.ClientTLS{TLS: true}},
		resolve.SendsMutual: {Socket: &proxy.ClientTLS{TLS: true, Certificate: "kubernetes://a"}}, resolve.SendsUnknown: {Socket: &proxy.ClientTLS{Opaque: true}},
	} {
		if got := c.To(&proxy.Endpoint{}); got != want || c.PerEndpoint() {
			t.Errorf("%+v: %v, want %v", c, got, want)
		}
	}
	if !auto.PerEndpoint() || len(auto.Outside()) != 2 {
		t.Errorf("%v", auto.Sends())
	}
}

// TestNames: ids, names of clusters and addresses of control planes.
func TestNames(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]proxy.Pod{
		"sidecar~10.0.0.7~web-5c8.x.shop~shop.svc.cluster.local": {Namespace: "shop", Name: "web-5c8.x"}, "web.shop": {Namespace: "shop", Name: "web"}, "web": {}, "a~b": {}, ".shop": {}, "web.": {},
	} {
		if _, got, ok := proxy.ParseID(id); got != want || ok != (want != proxy.Pod{}) {
			t.Errorf("%s: %v", id, got)
		}
	}
	for name, want := range map[string]bool{"outbound|80||a": true, "outbound|80|v1|a.b": true, "inbound|80||": false, "outbound|x||a": false, "outbound|80||": false, "xds-grpc": false, "outbound_.80_._.a": false} {
		if c, ok := proxy.ParseCluster(name); ok != want || ok && c.Name() != name {
			t.Errorf("%s: %+v %v", name, c, ok)
		}
	}
	for address, want := range map[string]string{"istiod.istio-system.svc:15012": "default", "istiod-canary.istio-system.svc:15012": "canary", "mesh.example.com:443": ""} {
		n := proxy.Node{Discovery: address}
		if got, ok := n.Revision(); got != want && ok || ok != (want != "") {
			t.Errorf("%s: %q %v", address, got, ok)
		}
	}
}
