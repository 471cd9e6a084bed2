package conformance

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	envoy "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"

	"istio.io/istio/pilot/pkg/model"
	istiohost "istio.io/istio/pkg/config/host"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
)

// trustWorlds is how many random pairs of mesh configurations TestTrust asks about.
const trustWorlds = 120

// TestTrust asks two istiods of different trust domains which certificates their proxies
// take: each client's names of the server against the server's identity, and the server's
// prefixes against the client's (2.14, 3.3.8).
func TestTrust(t *testing.T) {
	r, verdicts := rand.New(rand.NewPCG(number64(t), 26)), map[resolve.Verdict]int{}
	for range trustWorlds {
		if found := trust(t, r, verdicts); found != "" {
			t.Fatal(found)
		}
	}
	if verdicts[resolve.VerdictMTLS] < trustWorlds/4 || verdicts[resolve.VerdictBroken] < trustWorlds/4 {
		t.Errorf("%v: too few to prove anything", verdicts)
	}
	t.Logf("%d worlds: %v", trustWorlds, verdicts)
}

func number64(t *testing.T) uint64 { return number(t, "TRUSTSEED", 1) }

func trust(t *testing.T, r *rand.Rand, verdicts map[resolve.Verdict]int) string {
	t.Helper()
	text := trustText(r)
	w, err := parseWorld(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := setEnvironment(w.environment()); err != nil {
		t.Fatal(err)
	}
	c, err := newCluster(w)
	if err != nil {
		t.Fatal(err)
	}
	o, err := resolveWorld(w, c)
	if err != nil {
		t.Fatal(err)
	}
	istiods := map[string]*istiod{}
	for _, revision := range []string{"default", "next"} {
		if istiods[revision], err = startIstiod(t, w, c, revision); err != nil {
			t.Fatal(err)
		}
	}
	for con := range o.mesh.Connections(outbound.Filter{}) {
		client, server := c.byName[memberName(con.Client.Workloads[0].Ref)], c.byName[memberName(con.Server.Workload.Ref)]
		if client == nil || server == nil {
			t.Fatalf("no members for %v", con)
		}
		want := resolve.VerdictBroken
		if takes(istiods, client, server, con.Host.Name) {
			want = resolve.VerdictMTLS
		}
		verdicts[want]++
		if con.Outcome.Verdict != want {
			return fmt.Sprintf("%s -> %s: istiod says %v, we say %v, %v\n%s", client, server, want, con.Outcome.Verdict, con.Outcome.Why, text)
		}
	}
	return ""
}

func memberName(ref resolve.Ref) string { return string(ref.Kind) + " " + ref.Path() }

// takes reports whether both proxies take each other's certificates.
func takes(istiods map[string]*istiod, client, server *member, host string) bool {
	near, far := istiods[client.revision], istiods[server.revision]
	names, prefixes := near.names(client, host), far.prefixes(server)
	return (len(names) == 0 || slices.Contains(names, far.identity(server))) &&
		(len(prefixes) == 0 || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(near.identity(client), p) }))
}

// identity is the name in a member's certificate, which its own istiod signs.
func (i *istiod) identity(m *member) string {
	return fmt.Sprintf("spiffe://%s/ns/%s/sa/%s", i.mesh.GetTrustDomain(), m.namespace, m.pod.Spec.ServiceAccountName)
}

// names are those that a client expects of a server of the host.
func (i *istiod) names(m *member, host string) (names []string) {
	for _, c := range i.Clusters(i.proxy(m)) {
		if c.Name != model.BuildSubsetKey(model.TrafficDirectionOutbound, "", istiohost.Name(host), 80) {
			continue
		}
		for _, s := range sockets(c) {
			var u tls.UpstreamTlsContext
			if s == nil || s.GetTypedConfig().UnmarshalTo(&u) != nil {
				continue
			}
			for _, n := range u.GetCommonTlsContext().GetCombinedValidationContext().GetDefaultValidationContext().GetMatchSubjectAltNames() {
				names = append(names, n.GetExact())
			}
		}
	}
	return names
}

func sockets(c *envoy.Cluster) []*core.TransportSocket {
	all := []*core.TransportSocket{c.GetTransportSocket()}
	for _, m := range c.GetTransportSocketMatches() {
		all = append(all, m.GetTransportSocket())
	}
	return all
}

// prefixes are those of the identities that a server's mTLS accepts.
func (i *istiod) prefixes(m *member) (prefixes []string) {
	for _, c := range chainsOf(i.Listeners(i.proxy(m))) {
		var d tls.DownstreamTlsContext
		if c.GetTransportSocket() == nil || !ofMesh(c.GetTransportSocket()) || c.GetTransportSocket().GetTypedConfig().UnmarshalTo(&d) != nil {
			continue
		}
		for _, n := range d.GetCommonTlsContext().GetCombinedValidationContext().GetDefaultValidationContext().GetMatchSubjectAltNames() {
			prefixes = append(prefixes, n.GetPrefix())
		}
	}
	return prefixes
}

func chainsOf(listeners []*listener.Listener) []*listener.FilterChain {
	return newInbound(listeners).chains(8080)
}

// trustText is a world of two revisions with random trust domains, a client and a server of
// each, and sometimes a rule that names identities.
func trustText(r *rand.Rand) string {
	domains := []string{"cluster.local", "acme.prod", "old.prod"}
	var text strings.Builder
	for _, revision := range []string{"", "-next"} {
		fmt.Fprintf(&text, "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio%s, namespace: istio-system}\ndata:\n  mesh: |\n    enableAutoMtls: true\n", revision)
		if r.IntN(4) > 0 {
			fmt.Fprintf(&text, "    trustDomain: %s\n", domains[r.IntN(2)])
		}
		if r.IntN(2) == 0 {
			fmt.Fprintf(&text, "    trustDomainAliases: [%s]\n", domains[r.IntN(3)])
		}
		if r.IntN(5) == 0 {
			fmt.Fprintf(&text, "    caCertificates: [{pem: x, trustDomains: [%s]}]\n", domains[r.IntN(3)])
		}
	}
	for i, label := range []string{"istio-injection: enabled", "istio.io/rev: next"} {
		ns := fmt.Sprintf("ns%d", i)
		fmt.Fprintf(&text, "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: %s, labels: {%s}}\n", ns, label)
		fmt.Fprintf(&text, "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app, namespace: %s}\nspec:\n  template:\n    metadata: {labels: {app: app}}\n    spec: {serviceAccountName: %s, containers: [{name: app, ports: [{containerPort: 8080}]}]}\n", ns, []string{"one", ""}[r.IntN(2)])
		fmt.Fprintf(&text, "---\napiVersion: v1\nkind: Service\nmetadata: {name: app, namespace: %s}\nspec: {selector: {app: app}, ports: [{name: http, port: 80, targetPort: 8080}]}\n", ns)
	}
	fmt.Fprintf(&text, "---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: istio-system}\nspec: {mtls: {mode: %s}}\n", []string{"STRICT", "PERMISSIVE"}[r.IntN(2)])
	if r.IntN(3) == 0 {
		fmt.Fprintf(&text, "---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: app, namespace: ns0}\nspec: {host: app, trafficPolicy: {tls: {mode: ISTIO_MUTUAL, subjectAltNames: [\"spiffe://%s/ns/ns0/sa/%s\"]}}}\n", domains[r.IntN(2)], []string{"one", "default"}[r.IntN(2)])
	}
	return text.String()
}
