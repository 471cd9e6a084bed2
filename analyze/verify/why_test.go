package verify

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/proxy"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// template is a mesh of manifests: one server in STRICT, whose pods are not in the input.
const template = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata: {labels: {app: pay}, annotations: {}}
    spec: {containers: [{name: pay, ports: [{containerPort: 8080}]}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop, creationTimestamp: "2026-11-20T00:00:00Z"}
spec: {mtls: {mode: STRICT}}
---
`

func built(t *testing.T, text string) *mesh.Mesh {
	t.Helper()
	in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(text)})
	if err != nil || len(in.Problems) > 0 {
		t.Fatal(err, in.Problems)
	}
	return mesh.Build(config.Options{}, in.Objects)
}

var payPod = proxy.Pod{Namespace: "shop", Name: "pay-5c8-x"}

// running is an Envoy of the server with chains for all ports.
func running(chains ...proxy.Chain) *proxy.Envoy {
	return &proxy.Envoy{
		Node: proxy.Node{
			Pod: payPod, Kind: proxy.Sidecar, Version: "1.31.0", Workload: resolve.Ref{Kind: resolve.KindDeployment, Namespace: "shop", Name: "pay"},
			Labels: map[string]string{"app": "pay"}, Discovery: "istiod.istio-system.svc:15012",
		},
		Has: proxy.Parts{Listeners: true}, Updated: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC),
		Listeners: []proxy.Listener{{Name: "virtualInbound", Port: resolve.ProxyInboundPort, Inbound: true, Chains: chains}},
	}
}

var (
	plaintext = proxy.Chain{Name: "virtualInbound"}
	mutual    = proxy.Chain{Name: "virtualInbound", Transport: "tls", TLS: &proxy.ServerTLS{Certificate: "default", DemandsClient: true, Minimum: "TLSv1_2", Domains: []string{"spiffe://cluster.local/"}}}
)

// TestWhy plants each kind of difference and wants its reason.
func TestWhy(t *testing.T) {
	t.Parallel()
	stale := proxy.Sync{Pod: payPod, Types: []proxy.SyncedType{{Type: "LDS", Stale: true}}}
	for name, c := range map[string]struct {
		mesh   string
		change func(e *proxy.Envoy, f *proxy.Fleet)
		want   Why
	}{
		"nothing shows it": {template, func(*proxy.Envoy, *proxy.Fleet) {}, Unexplained},
		"Envoy rejected it": {template, func(e *proxy.Envoy, _ *proxy.Fleet) {
			e.Rejected = []proxy.Rejection{{What: "listener", Details: "no"}}
		}, Rejected},
		"Envoy rejected something else": {template, func(e *proxy.Envoy, _ *proxy.Fleet) { e.Rejected = []proxy.Rejection{{What: "cluster", Details: "no"}} }, Unexplained},
		"istiod was told so": {template, func(_ *proxy.Envoy, f *proxy.Fleet) {
			f.Synced, f.Syncs = true, []proxy.Sync{{Pod: payPod, Types: []proxy.SyncedType{{Type: "LDS", Stale: true, Error: "no"}}}}
		}, Rejected},
		"not acknowledged":           {template, func(_ *proxy.Envoy, f *proxy.Fleet) { f.Synced, f.Syncs = true, []proxy.Sync{stale} }, Stale},
		"absent from the whole list": {template, func(_ *proxy.Envoy, f *proxy.Fleet) { f.Synced, f.Whole = true, true }, NotConnected},
		"absent from one list":       {template, func(_ *proxy.Envoy, f *proxy.Fleet) { f.Synced = true }, Unexplained},
		"an old dump":                {template, func(e *proxy.Envoy, _ *proxy.Fleet) { e.Updated = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) }, Before},
		"another revision":           {template, func(e *proxy.Envoy, _ *proxy.Fleet) { e.Discovery = "istiod-old.istio-system.svc:15012" }, OtherRevision},
		"a control plane elsewhere":  {template, func(e *proxy.Envoy, _ *proxy.Fleet) { e.Discovery = "meshconfig.example.com:443" }, Unexplained},
		"a chain of an EnvoyFilter": {template, func(e *proxy.Envoy, _ *proxy.Fleet) {
			e.Listeners[0].Chains = []proxy.Chain{mutual, {Name: "let-the-old-in"}}
		}, Patched},
		"another label": {template, func(e *proxy.Envoy, _ *proxy.Fleet) { e.Labels = map[string]string{"app": "payment"} }, Restart},
	} {
		e := running(plaintext)
		f := &proxy.Fleet{Envoys: []*proxy.Envoy{e}}
		c.change(e, f)
		r := Run(built(t, c.mesh), f, Options{})
		i, ok := r.Port(payPod, 8080)
		if !ok || i.State != Differs || i.Check != PortDiffers || i.Severity != analyze.Error {
			t.Errorf("%s: %+v", name, i)
			continue
		}
		if i.Why != c.want {
			t.Errorf("%s: got %v, want %v: %s", name, i.Why, c.want, i.Message)
		}
	}
}

// TestSettled: where an EnvoyFilter hides the mode from the configuration, the proxy shows it, and
// nothing differs.
func TestSettled(t *testing.T) {
	t.Parallel()
	m := built(t, template+`apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: open, namespace: shop}
spec:
  configPatches:
  - applyTo: FILTER_CHAIN
    match: {context: SIDECAR_INBOUND}
    patch: {operation: ADD, value: {name: open}}
`)
	r := Run(m, &proxy.Fleet{Envoys: []*proxy.Envoy{running(mutual, plaintext)}}, Options{})
	i, ok := r.Port(payPod, 8080)
	if !ok || i.State != Settled || i.Proxy != "PERMISSIVE" || i.Check != nil || r.Differences() != 0 {
		t.Errorf("%+v", i)
	}
}

// TestOlderThanItsAnnotations: a pod that began before its port was excluded from capture still has
// it captured.
func TestOlderThanItsAnnotations(t *testing.T) {
	t.Parallel()
	m := built(t, strings.Replace(template, "annotations: {}", `annotations: {traffic.sidecar.istio.io/excludeInboundPorts: "8080"}`, 1))
	for annotation, want := range map[string]State{"": Differs, "8080": Same, "15020,8080": Same} {
		e := running(mutual)
		e.Annotations = map[string]string{resolve.ExcludeInboundPortsAnnotation: annotation}
		r := Run(m, &proxy.Fleet{Envoys: []*proxy.Envoy{e}}, Options{})
		i, ok := r.Port(payPod, 8080)
		if !ok || i.State != want || i.Config != "NONE" || want == Differs && i.Why != Restart {
			t.Errorf("%q: %+v", annotation, i)
		}
	}
}

// TestPeers: two proxies with different roots, or a trust domain that the mesh configuration does
// not have, refuse each other.
func TestPeers(t *testing.T) {
	t.Parallel()
	server := running(proxy.Chain{Transport: "tls", TLS: &proxy.ServerTLS{Certificate: "default", DemandsClient: true, Domains: []string{"spiffe://old/"}}})
	server.Has.Secrets = true
	server.Secrets = []proxy.Secret{{Name: proxy.OwnCertificate, Chain: []proxy.Certificate{{Identities: []string{"spiffe://old/ns/shop/sa/default"}}}}}
	r := Run(built(t, template), &proxy.Fleet{Envoys: []*proxy.Envoy{server}}, Options{})
	var found []string
	for _, i := range r.Items {
		if i.Check != nil {
			found = append(found, i.Check.Code+" "+i.Why.String())
		}
	}
	slices.Sort(found)
	if want := []string{"MTLS0605 other-trust-domain", "MTLS0610 other-trust-domain"}; !slices.Equal(found, want) {
		t.Errorf("got %v, want %v", found, want)
	}
}

// TestUnseen: workloads whose proxies nobody dumped are counted, pods one by one, and a dump of
// nobody's pod is told.
func TestUnseen(t *testing.T) {
	t.Parallel()
	m := built(t, template)
	if r := Run(m, &proxy.Fleet{}, Options{}); len(r.Unseen) != 1 || r.Unseen[0].Of != 0 {
		t.Errorf("%+v", r.Unseen)
	}
	stranger := running(mutual)
	stranger.Pod, stranger.Node.Workload = proxy.Pod{Namespace: "other", Name: "x"}, resolve.Ref{}
	r := Run(m, &proxy.Fleet{Envoys: []*proxy.Envoy{stranger}}, Options{})
	if len(r.Unseen) != 1 || len(r.Lacks) != 1 || !slices.Equal(r.Lacks[0].Names, []string{"other/x"}) || len(r.Items) > 0 {
		t.Errorf("%+v", r)
	}
	named := running(mutual)
	named.Node = proxy.Node{Pod: proxy.Pod{Namespace: "shop", Name: "pay-6d9f7-abcde"}}
	if r := Run(m, &proxy.Fleet{Envoys: []*proxy.Envoy{named}}, Options{}); len(r.Unseen) != 0 || r.Differences() != 0 || len(r.Proxies) != 1 {
		t.Errorf("%+v", r)
	}
}

// TestExpiry: a certificate counts by the time at which its dump was written.
func TestExpiry(t *testing.T) {
	t.Parallel()
	end := time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		now, taken time.Time
		expiring   time.Duration
		want       string
	}{
		"valid":                     {now: end.Add(-time.Hour)},
		"expired":                   {now: end.Add(time.Hour), want: "error"},
		"soon":                      {now: end.Add(-time.Hour), expiring: 72 * time.Hour, want: "warning"},
		"valid when it was written": {now: end.Add(time.Hour), taken: end.Add(-time.Hour)},
		"nobody's clock":            {},
	} {
		e := running(mutual)
		e.Has.Secrets, e.Taken = true, c.taken
		e.Secrets = []proxy.Secret{{Name: proxy.OwnCertificate, Chain: []proxy.Certificate{{Identities: []string{"spiffe://cluster.local/ns/shop/sa/default"}, NotAfter: end}}}}
		r := Run(built(t, template), &proxy.Fleet{Envoys: []*proxy.Envoy{e}}, Options{Now: c.now, Expiring: c.expiring})
		got := ""
		for _, i := range r.Items {
			if i.Check == CertificateExpired {
				got = i.Severity.String()
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestParts: what a dump does not have was not compared, and that is told.
func TestParts(t *testing.T) {
	t.Parallel()
	m := built(t, template)
	whats := func(change func(e *proxy.Envoy)) (out []string) {
		e := running(mutual)
		change(e)
		r := Run(m, &proxy.Fleet{Envoys: []*proxy.Envoy{e}}, Options{})
		for _, l := range r.Lacks {
			out = append(out, l.What)
		}
		if n := r.Differences(); n > 0 {
			t.Errorf("%d differences: %s", n, r.Items[0].Message)
		}
		return out
	}
	for name, c := range map[string]struct {
		change func(e *proxy.Envoy)
		want   []string
	}{
		"listeners alone":          {func(*proxy.Envoy) {}, []string{"clusters"}},
		"clusters alone":           {func(e *proxy.Envoy) { e.Has = proxy.Parts{Clusters: true} }, []string{"listeners"}},
		"both":                     {func(e *proxy.Envoy) { e.Has.Clusters = true }, nil},
		"a listener of no traffic": {func(e *proxy.Envoy) { e.Has.Clusters, e.Listeners = true, []proxy.Listener{{Name: "health", Port: 1}} }, []string{"listeners"}},
		"a socket of no kind":      {func(e *proxy.Envoy) { e.Has.Clusters, e.Listeners[0].Chains = true, []proxy.Chain{{Opaque: true}} }, []string{"socket"}},
		"certificates alone":       {func(e *proxy.Envoy) { e.Has = proxy.Parts{Secrets: true} }, []string{"dump"}},
	} {
		if got := whats(c.change); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestNewest: of two dumps of a pod the newer one counts, in whatever order they are read.
func TestNewest(t *testing.T) {
	t.Parallel()
	older, newer := running(plaintext), running(mutual)
	older.Files, newer.Files = []string{"a"}, []string{"b"}
	newer.Updated = older.Updated.Add(time.Hour)
	for _, list := range [][]*proxy.Envoy{{older, newer}, {newer, older}} {
		var copies []*proxy.Envoy
		for _, e := range list {
			one := *e
			copies = append(copies, &one)
		}
		f := &proxy.Fleet{Envoys: copies}
		f.Settle()
		r := Run(built(t, template), f, Options{})
		if i, ok := r.Port(payPod, 8080); !ok || i.State != Same || len(r.Proxies) != 1 || !slices.Equal(r.Proxies[0].Files, []string{"b", "a"}) {
			t.Errorf("%+v", r.Proxies)
		}
	}
}

// TestWaypoint: a waypoint is compared by its tunnel port, which has no direction.
func TestWaypoint(t *testing.T) {
	t.Parallel()
	m := built(t, `apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: wp-1, namespace: shop, labels: {gateway.networking.k8s.io/gateway-name: wp, gateway.istio.io/managed: istio.io-mesh-controller}}
spec: {nodeName: one, containers: [{name: istio-proxy, args: [proxy, waypoint], ports: [{containerPort: 15008}]}]}
status: {phase: Running, podIP: 10.0.0.9}
`)
	for want, chain := range map[State]proxy.Chain{Same: mutual, Differs: plaintext} {
		e := &proxy.Envoy{
			Node: proxy.Node{Pod: proxy.Pod{Namespace: "shop", Name: "wp-1"}, Kind: proxy.Waypoint, Version: "1.31.0"}, Has: proxy.Parts{Listeners: true, Clusters: true}, Whole: true,
			Listeners: []proxy.Listener{
				{Name: "connect_terminate", Port: resolve.HBONEPort, Chains: []proxy.Chain{chain}}, {Name: "main_internal", Inbound: true, Chains: []proxy.Chain{{Name: "direct-tcp"}}}, {Name: "connect_originate", Chains: []proxy.Chain{{}}},
			},
		}
		r := Run(m, &proxy.Fleet{Envoys: []*proxy.Envoy{e}}, Options{})
		if i, ok := r.Port(e.Pod, resolve.HBONEPort); !ok || i.State != want || len(r.Proxies) != 1 || r.Proxies[0].Ports != 1 {
			t.Errorf("want %v: %+v", want, r.Items)
		}
	}
}
