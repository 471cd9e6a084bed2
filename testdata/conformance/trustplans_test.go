package conformance

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	rbacpb "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	httprbac "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"

	"istio.io/istio/pkg/config/mesh/meshwatcher"

	"github.com/mtlsctl/mtlsctl/analyze/migrate/plan"
	"github.com/mtlsctl/mtlsctl/testdata/conformance/authz"
)

// trustPlans is how many random meshes TestTrustPlans leads to another trust domain.
const trustPlans = 24

// TestTrustPlans has istiod judge plans that change the trust domain. In every wave each proxy may have
// the configuration from before or after it, and a certificate of either domain, and istiod may still
// have endpoints from before: no two proxies that worked together may refuse each other, and no server
// may let in anybody else than at the start.
func TestTrustPlans(t *testing.T) {
	first, count := number(t, "TRUSTSEED", 1), number(t, "TRUSTPLANS", trustPlans)
	seen := &trustTally{kinds: map[plan.Kind]int{}}
	for seed := first; seed < first+count; seed++ {
		if found := trustPlan(t, seed, seen); found != "" {
			t.Fatalf("TRUSTSEED=%d: %s", seed, found)
		}
	}
	if count < trustPlans {
		return
	}
	for _, kind := range plan.Kinds() {
		if kind.OfTrust() && seen.kinds[kind] == 0 {
			t.Errorf("no plan has a wave %s", kind)
		}
	}
	if seen.refused > count/3 || seen.calls == 0 || seen.denied == 0 || seen.admitted == 0 {
		t.Errorf("too little to prove anything: %+v", seen)
	}
	t.Logf("%d plans: %+v", count, seen)
}

type trustTally struct {
	kinds                   map[plan.Kind]int
	calls, denied, admitted int
	refused                 uint64
}

// moment is one state of a mesh with the istiods of its revisions; late ones have endpoints of the other
// domain.
type moment struct {
	cluster *cluster
	istiods map[string]*istiod
}

func trustPlan(t *testing.T, seed uint64, seen *trustTally) string {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 27))
	from, to := "old.prod", "acme.prod"
	if r.IntN(3) == 0 {
		from = "cluster.local"
	}
	w, err := parseWorld(trustPlanText(r, from, to))
	if err != nil {
		t.Fatal(err)
	}
	begin, err := planWorld(w)
	if err != nil {
		t.Fatal(err)
	}
	p := plan.New(begin, plan.Options{Trust: plan.TrustChange{From: from, To: to}})
	alone := slices.ContainsFunc(w, func(d document) bool { return d.kind() == "AuthorizationPolicy" && strings.Contains(d.YAML(), to) })
	if len(p.Waves) == 0 && alone { // a policy names callers by the new domain, and not by the former one
		seen.refused++
		return ""
	}
	if len(p.Waves) == 0 {
		return fmt.Sprintf("no plan: %v %v\n%s", p.Holds, p.Proof.Failed, w.YAML())
	}
	known := map[string]*moment{}
	at := func(w world, endpoints string) *moment {
		key := endpoints + " " + w.YAML()
		if known[key] == nil {
			known[key] = newMoment(t, w, endpoints)
		}
		return known[key]
	}
	j := &trustJudge{t: t, seen: seen, from: from, to: to, start: at(w, "")}
	was := w
	for i := range p.Waves {
		wave := &p.Waves[i]
		seen.kinds[wave.Kind]++
		is, err := was.applied(wave.Changes, young)
		if err != nil {
			t.Fatal(err)
		}
		certificates, endpoints := []string{from}, []string{""}
		switch wave.Kind {
		case plan.Switch, plan.Renew:
			certificates, endpoints = []string{from, to}, []string{from, to}
		case plan.Retire:
			certificates = []string{to}
		}
		var moments []*moment
		for _, state := range []world{was, is} {
			for _, domain := range endpoints {
				moments = append(moments, at(state, domain))
			}
		}
		if found := j.wave(moments, certificates); found != "" {
			return fmt.Sprintf("wave %s: %s\n%s", wave.Kind, found, is.YAML())
		}
		was = is
	}
	return ""
}

// newMoment starts the istiods of a world. Where endpoints says a trust domain, they know their endpoints
// by it, as an istiod does that was started while it was configured.
func newMoment(t *testing.T, w world, endpoints string) *moment {
	t.Helper()
	if err := setEnvironment(w.environment()); err != nil {
		t.Fatal(err)
	}
	c, err := newCluster(w)
	if err != nil {
		t.Fatal(err)
	}
	m := &moment{c, map[string]*istiod{}}
	for _, revision := range []string{"default", "next"} {
		started := w
		if endpoints != "" {
			if started, err = parseWorld(w.YAML()); err != nil {
				t.Fatal(err)
			}
			for _, d := range started {
				if d.kind() == "ConfigMap" {
					d["data"] = map[string]any{"mesh": "enableAutoMtls: true\ntrustDomain: " + endpoints + "\n"}
				}
			}
		}
		i, err := startIstiod(t, started, c, revision)
		if err != nil {
			t.Fatal(err)
		}
		if endpoints != "" {
			config, err := w.meshConfig(revision)
			if err != nil {
				t.Fatal(err)
			}
			i.Env().Watcher.(meshwatcher.TestWatcher).Set(config)
			i.mesh = config
			i.push(t)
		}
		m.istiods[revision] = i
	}
	return m
}

// trustJudge compares moments with the start.
type trustJudge struct {
	t        *testing.T
	seen     *trustTally
	from, to string
	start    *moment
}

var trustEnds = []string{"Deployment ns0/app", "Deployment ns1/app"}

// wave is what goes wrong in a wave, "" for nothing: each end of a call has one of the moments and a
// certificate of one of the domains.
func (j *trustJudge) wave(moments []*moment, certificates []string) string {
	for _, client := range trustEnds {
		for n, server := range trustEnds {
			host := fmt.Sprintf("app.ns%d.svc.cluster.local", n)
			if !j.takes(j.start, j.start, client, server, host, j.from, j.from) {
				continue
			}
			for _, near := range moments {
				for _, far := range moments {
					for _, c := range certificates {
						for _, s := range certificates {
							j.seen.calls++
							if !j.takes(near, far, client, server, host, c, s) {
								return fmt.Sprintf("%s with %s no longer reaches %s with %s", client, c, server, s)
							}
						}
					}
				}
			}
			if found := j.admits(moments, certificates, client, server); found != "" {
				return found
			}
		}
	}
	return ""
}

// takes reports whether two proxies take each other's certificates.
func (j *trustJudge) takes(near, far *moment, client, server, host, shown, answered string) bool {
	c, s := near.cluster.byName[client], far.cluster.byName[server]
	names, prefixes := near.istiods[c.revision].names(c, host), far.istiods[s.revision].prefixes(s)
	return (len(names) == 0 || slices.Contains(names, spiffeOf(s, answered))) &&
		(len(prefixes) == 0 || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(spiffeOf(c, shown), p) }))
}

func spiffeOf(m *member, domain string) string {
	return fmt.Sprintf("spiffe://%s/ns/%s/sa/%s", domain, m.namespace, m.pod.Spec.ServiceAccountName)
}

// admits compares whom a server lets in.
func (j *trustJudge) admits(moments []*moment, certificates []string, client, server string) string {
	c := j.start.cluster.byName[client]
	for _, q := range authz.Requests(8080) {
		q.Principal = spiffeOf(c, j.from)
		want := admitted(j.start.filters(server), q)
		if want {
			j.seen.admitted++
		} else {
			j.seen.denied++
		}
		for _, m := range moments {
			filters := m.filters(server)
			for _, domain := range certificates {
				if q.Principal = spiffeOf(c, domain); admitted(filters, q) != want {
					return fmt.Sprintf("%+v at %s: admitted was %v", q, server, want)
				}
			}
		}
	}
	return ""
}

// admitted carries RBAC out: every filter has to let the request in.
func admitted(filters []*rbacpb.RBAC, q authz.Request) bool {
	return !slices.ContainsFunc(filters, func(f *rbacpb.RBAC) bool {
		matches := false
		for _, p := range f.GetPolicies() {
			matches = matches || q.Matches(p)
		}
		return matches == (f.GetAction() == rbacpb.RBAC_DENY)
	})
}

// filters are the RBAC filters of the server's mTLS on port 8080.
func (m *moment) filters(server string) (out []*rbacpb.RBAC) {
	s := m.cluster.byName[server]
	i := m.istiods[s.revision]
	for _, chain := range chainsOf(i.Listeners(i.proxy(s))) {
		if chain.GetTransportSocket() == nil || !ofMesh(chain.GetTransportSocket()) {
			continue
		}
		if found := filtersIn(chain); len(found) > 0 {
			return found
		}
	}
	return nil
}

func filtersIn(chain *listener.FilterChain) (out []*rbacpb.RBAC) {
	for _, f := range chain.GetFilters() {
		var manager hcm.HttpConnectionManager
		if f.GetTypedConfig().UnmarshalTo(&manager) != nil {
			continue
		}
		for _, h := range manager.GetHttpFilters() {
			var rules httprbac.RBAC
			if h.GetTypedConfig().UnmarshalTo(&rules) == nil && rules.GetRules() != nil {
				out = append(out, rules.GetRules())
			}
		}
	}
	return out
}

// trustPlanText is a world of two revisions of one trust domain, whose policies and rules name identities
// in many ways.
func trustPlanText(r *rand.Rand, from, to string) string {
	one := func(list ...string) string { return list[r.IntN(len(list))] }
	var text strings.Builder
	for _, revision := range []string{"", "-next"} {
		fmt.Fprintf(&text, "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio%s, namespace: istio-system}\ndata:\n  mesh: |\n    enableAutoMtls: true\n", revision)
		if from != "cluster.local" || r.IntN(2) == 0 {
			fmt.Fprintf(&text, "    trustDomain: %s\n", from)
		}
		if r.IntN(3) == 0 {
			fmt.Fprintf(&text, "    trustDomainAliases: [%s]\n", one("third.prod", to, from))
		}
		if r.IntN(4) == 0 {
			fmt.Fprintf(&text, "    caCertificates: [{pem: x, trustDomains: [%s]}]\n", one("third.prod", from))
		}
	}
	for i, label := range []string{"istio-injection: enabled", "istio.io/rev: next"} {
		ns := fmt.Sprintf("ns%d", i)
		fmt.Fprintf(&text, "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: %s, labels: {%s}}\n", ns, label)
		fmt.Fprintf(&text, "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app, namespace: %s}\nspec:\n  template:\n    metadata: {labels: {app: app}}\n    spec: {serviceAccountName: %s, containers: [{name: app, ports: [{containerPort: 8080}]}]}\n", ns, one("one", "two"))
		fmt.Fprintf(&text, "---\napiVersion: v1\nkind: Service\nmetadata: {name: app, namespace: %s}\nspec: {selector: {app: app}, ports: [{name: http, port: 80, targetPort: 8080}]}\n", ns)
		for n := range r.IntN(3) {
			fmt.Fprintf(&text, "---\napiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: p%d, namespace: %s}\nspec: {action: %s, rules: [{%s}]}\n", n, ns, one("ALLOW", "DENY"), trustRule(one, from, to))
		}
	}
	fmt.Fprintf(&text, "---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: istio-system}\nspec: {mtls: {mode: %s}}\n", one("STRICT", "PERMISSIVE"))
	if r.IntN(2) == 0 {
		fmt.Fprintf(&text, "---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: app, namespace: ns0}\nspec: {host: app, trafficPolicy: {tls: {mode: ISTIO_MUTUAL, subjectAltNames: [\"spiffe://%s/ns/ns0/sa/%s\"]}}}\n", one(from, from, to), one("one", "two"))
	}
	return text.String()
}

// trustRule is a rule about callers.
func trustRule(one func(...string) string, from, to string) string {
	domain := one(from, from, from, to, "cluster.local", "third.prod", from[:2]+"*", "*"+from[len(from)-3:], "*")
	principal := fmt.Sprintf("%s/ns/%s/sa/%s", domain, one("ns0", "ns1"), one("one", "two"))
	if strings.HasSuffix(domain, "*") && domain != "*" {
		principal = domain // a wildcard stands at one end
	} else if !strings.Contains(domain, "*") && one("", "", "x") != "" {
		principal = fmt.Sprintf("%s/ns/%s/*", domain, one("ns0", "ns1"))
	}
	return one(
		fmt.Sprintf("from: [{source: {principals: [%q]}}]", principal),
		fmt.Sprintf("from: [{source: {principals: [%q, x]}}, {source: {notPrincipals: [%q], namespaces: [ns1]}}]", principal, principal),
		fmt.Sprintf("from: [{source: {notPrincipals: [%q]}}]", principal),
		fmt.Sprintf("from: [{source: {principals: [%q]}}], to: [{operation: {paths: [/a]}}]", principal),
		fmt.Sprintf("from: [{source: {trustDomains: [%q]}}]", domain),
		fmt.Sprintf("from: [{source: {notTrustDomains: [%q]}}]", domain),
		fmt.Sprintf("when: [{key: source.principal, %s: [%q]}]", one("values", "notValues"), principal),
		fmt.Sprintf("when: [{key: source.trustDomain, %s: [%q]}]", one("values", "notValues"), domain),
		fmt.Sprintf("from: [{source: {namespaces: [%s]}}]", one("ns0", "ns1")),
	)
}
