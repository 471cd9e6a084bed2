package authz_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/authz"
)

const world = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata: {labels: {app: pay, tier: back}}
    spec: {containers: [{name: pay}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: way, namespace: shop}
spec:
  gatewayClassName: istio-waypoint
  listeners: [{name: mesh, port: 15008, protocol: HBONE}]
---
`

func policy(name, namespace, meta, spec string) string {
	return "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: " + name + ", namespace: " + namespace + meta + "}\nspec: " + spec + "\n---\n"
}

// TestOn: which policies act upon a workload (5.6, 1.14).
func TestOn(t *testing.T) {
	t.Parallel()
	m := resolved(t, world+
		policy("all", "shop", "", "{}")+
		policy("empty", "shop", "", "{selector: {matchLabels: {}}}")+
		policy("both", "shop", "", "{selector: {matchLabels: {app: pay, tier: back}}}")+
		policy("half", "shop", "", "{selector: {matchLabels: {app: pay, tier: front}}}")+
		policy("other", "batch", "", "{selector: {matchLabels: {app: pay}}}")+
		policy("root", "istio-system", "", "{selector: {matchLabels: {app: pay}}}")+
		policy("rootall", "istio-system", "", "{}")+
		policy("trial", "shop", ", annotations: {istio.io/dry-run: \"true\"}", "{}")+
		policy("canary", "shop", ", labels: {istio.io/rev: canary}", "{}")+
		policy("refused", "shop", "", "{action: DENY}")+
		policy("edge", "shop", "", "{targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]}")+
		policy("far", "batch", "", "{targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]}")+
		policy("service", "shop", "", "{targetRefs: [{group: \"\", kind: Service, name: pay}]}"))
	set := authz.New(m)
	want := map[string]string{
		"pay":  "root rootall all both empty",
		"edge": "rootall all edge empty", // a selector reaches gateways too, one without a match not
		"way":  "",
	}
	for _, w := range m.Workloads() {
		var names []string
		for _, p := range set.On(w) {
			names = append(names, p.Ref.Name)
		}
		if got := strings.Join(names, " "); got != want[w.Ref.Name] {
			t.Errorf("%s: got %q, want %q", w.Ref, got, want[w.Ref.Name])
		}
	}
}

// TestRejected: what Istio's validation refuses (5.5).
func TestRejected(t *testing.T) {
	t.Parallel()
	for spec, want := range map[string]string{
		`{}`: "",
		`{rules: [{from: [{source: {serviceAccounts: [a, b/c]}}]}]}`:                                           "",
		`{rules: [{from: [{source: {serviceAccounts: [a], trustDomains: ["*.b"]}}]}]}`:                         "",
		`{rules: [{from: [{source: {serviceAccounts: [a]}}, {source: {namespaces: [b]}}]}]}`:                   "",
		`{rules: [{from: [{source: {serviceAccounts: [a], notPrincipals: [b]}}]}]}`:                            "spec.rules[0].from[0].source.serviceAccounts",
		`{rules: [{from: [{source: {serviceAccounts: [a/b/c]}}]}]}`:                                            "spec.rules[0].from[0].source.serviceAccounts",
		`{rules: [{from: [{source: {trustDomains: [a/b]}}]}]}`:                                                 "spec.rules[0].from[0].source.trustDomains",
		`{rules: [{when: [{key: source.serviceAccount, values: ["*"]}]}]}`:                                     "spec.rules[0].when[0].values",
		`{rules: [{when: [{key: source.user, values: [a]}]}]}`:                                                 "spec.rules[0].when[0].key",
		`{rules: [{when: [{key: "request.headers[x]", values: [a]}]}]}`:                                        "",
		`{action: CUSTOM, provider: {name: x}, rules: [{from: [{source: {ipBlocks: [10.0.0.0/8]}}]}]}`:         "",
		`{action: CUSTOM, provider: {name: x}, rules: [{from: [{source: {notTrustDomains: [a]}}]}]}`:           "spec.rules[0].from[0].source.notTrustDomains",
		`{action: CUSTOM, provider: {name: x}, rules: [{when: [{key: request.auth.principal, values: [a]}]}]}`: "spec.rules[0].when[0].values",
		`{action: CUSTOM, rules: [{}]}`:                                                                        "spec.provider",
		`{provider: {name: x}, rules: [{}]}`:                                                                   "spec.provider",
		`{action: DENY}`:                                                                                       "spec.action",
		`{selector: {matchLabels: {a: b}}, targetRefs: [{kind: Service, group: "", name: x}]}`:                 "spec.targetRefs",
	} {
		var got []string
		for _, r := range policies(t, spec)[0].Rejected {
			got = append(got, string(r.Field))
		}
		if want == "" && len(got) > 0 || want != "" && !slices.Equal(got, []string{want}) {
			t.Errorf("%s: got %v, want %q", spec, got, want)
		}
	}
}
