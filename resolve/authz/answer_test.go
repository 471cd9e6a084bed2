package authz_test

import (
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/authz"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// resolved resolves YAML.
func resolved(t *testing.T, text string) *mesh.Mesh {
	t.Helper()
	in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(text), Applied: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range in.Problems {
		if p.Cause == "" { // what a cluster would refuse now stands in some
			t.Errorf("%s: %s", p.Position, p.Message)
		}
	}
	return mesh.Build(config.Options{}, in.Objects)
}

// policies are AuthorizationPolicies of these specs, each one line of YAML.
func policies(t *testing.T, specs ...string) []*authz.Policy {
	t.Helper()
	var text strings.Builder
	for i, spec := range specs {
		text.WriteString("---\napiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: p" + string(rune('a'+i)) + ", namespace: shop}\nspec: " + spec + "\n")
	}
	return authz.New(resolved(t, text.String())).All()
}

var answers = map[authz.Answer]string{authz.Never: "never", authz.Maybe: "maybe", authz.Always: "always"}

// TestAnswer: what a rule makes of a call without identity to port 8080.
func TestAnswer(t *testing.T) {
	t.Parallel()
	sniffed, http, tcp, ztunnel := authz.Sniffed, authz.HTTPFilter, authz.TCPFilter, authz.Ztunnel
	for _, c := range []struct {
		rule, filter, action, want string
	}{
		{"{}", "http", "ALLOW", "always"},
		{"{from: [{source: {principals: [\"*\"]}}]}", "http", "ALLOW", "never"}, // 5.2
		{"{from: [{source: {notPrincipals: [a]}}]}", "http", "ALLOW", "always"},
		{"{from: [{source: {serviceAccounts: [a]}}]}", "http", "DENY", "never"},
		{"{from: [{source: {principals: [a], ipBlocks: [10.0.0.0/8]}}]}", "http", "ALLOW", "never"}, // a source ANDs its fields
		{"{from: [{source: {principals: [a]}}, {source: {ipBlocks: [10.0.0.0/8]}}]}", "http", "ALLOW", "maybe"},
		{"{from: [{source: {principals: [a], notNamespaces: [b]}}]}", "http", "DENY", "never"},
		{"{when: [{key: source.namespace, values: [a]}]}", "http", "DENY", "never"}, // 5.1
		{"{when: [{key: source.trustDomain, notValues: [a]}]}", "http", "DENY", "always"},
		{"{when: [{key: source.namespace, values: [a], notValues: [b]}]}", "http", "DENY", "never"},
		{"{to: [{operation: {ports: [\"8080\"]}}]}", "http", "DENY", "always"},
		{"{to: [{operation: {ports: [\"9090\"]}}]}", "http", "DENY", "never"},
		{"{to: [{operation: {notPorts: [\"8080\"]}}]}", "http", "DENY", "never"},
		{"{when: [{key: destination.port, values: [\"8080\"]}]}", "http", "DENY", "always"},
		{"{to: [{operation: {paths: [/a]}}]}", "http", "DENY", "maybe"},
		{"{to: [{operation: {paths: [\"*\"]}}]}", "http", "DENY", "always"},
		{"{from: [{source: {requestPrincipals: [\"*\"]}}]}", "http", "DENY", "maybe"},
		{"{to: [{operation: {paths: [/a]}}]}", "sniffed", "ALLOW", "maybe"},                                     // 2.8
		{"{to: [{operation: {paths: [/a]}}]}", "tcp", "DENY", "always"},                                         // 5.4: wider
		{"{to: [{operation: {paths: [/a]}}]}", "tcp", "ALLOW", "never"},                                         // 5.4: dropped
		{"{to: [{operation: {paths: [/a]}}, {operation: {ports: [\"8080\"]}}]}", "tcp", "ALLOW", "never"},       // as a whole
		{"{from: [{source: {remoteIpBlocks: [10.0.0.0/8]}}]}", "tcp", "ALLOW", "maybe"},                         // a TCP filter knows addresses,
		{"{from: [{source: {remoteIpBlocks: [10.0.0.0/8]}}]}", "ztunnel", "ALLOW", "never"},                     // ztunnel not these (5.7)
		{"{when: [{key: source.serviceAccount, values: [a]}]}", "ztunnel", "DENY", "never"},                     // 5.7: an empty match
		{"{from: [{source: {trustDomains: [a]}}]}", "ztunnel", "ALLOW", "never"},                                // 5.7: not translated
		{"{from: [{source: {trustDomains: [a]}}]}", "http", "ALLOW", "never"},                                   //
		{"{from: [{source: {principals: [\"*\"]}}], to: [{operation: {paths: [/a]}}]}", "tcp", "DENY", "never"}, //
	} {
		filter := map[string]authz.Filter{"sniffed": sniffed, "http": http, "tcp": tcp, "ztunnel": ztunnel}[c.filter]
		p := policies(t, "{action: "+c.action+", rules: ["+c.rule+"]}")[0]
		if got := answers[p.Rules[0].Answer(authz.Call{Port: 8080, Filter: filter})]; got != c.want {
			t.Errorf("%s %s by %s: got %s, want %s", c.action, c.rule, c.filter, got, c.want)
		}
	}
}

// TestJudge: CUSTOM, then DENY, then ALLOW (5.3).
func TestJudge(t *testing.T) {
	t.Parallel()
	const members, named, all, denyNamed, mtls = `{rules: [{from: [{source: {principals: ["*"]}}]}]}`, `{rules: [{from: [{source: {namespaces: [a]}}]}]}`, `{rules: [{}]}`,
		`{action: DENY, rules: [{from: [{source: {principals: [a]}}]}]}`, `{action: DENY, rules: [{from: [{source: {notPrincipals: ["*"]}}]}]}`
	words := map[authz.Verdict]string{authz.Depends: "depends", authz.Admitted: "admitted", authz.DeniedByDeny: "deny", authz.DeniedByAllow: "allow"}
	for _, c := range []struct {
		name  string
		specs []string
		want  string
	}{
		{"nothing said", nil, "admitted"},
		{"ALLOW by identity", []string{members}, "allow"},
		{"ALLOW of nothing", []string{"{}"}, "allow"},
		{"one of two lets in", []string{members, all}, "admitted"},
		{"neither lets in", []string{members, named}, "allow"},
		{"DENY by identity never fires", []string{denyNamed}, "admitted"},
		{"DENY of what has none does", []string{mtls, all}, "deny"},
		{"DENY of a path", []string{`{action: DENY, rules: [{to: [{operation: {paths: [/a]}}]}]}`}, "depends"},
		{"AUDIT decides nothing", []string{`{action: AUDIT, rules: [{}]}`}, "admitted"},
		{"CUSTOM asks", []string{`{action: CUSTOM, provider: {name: x}, rules: [{}]}`}, "depends"},
		{"ALLOW of a path", []string{`{rules: [{to: [{operation: {paths: [/a]}}]}]}`}, "depends"},
	} {
		if got := words[authz.Judge(policies(t, c.specs...), authz.Call{Port: 8080, Filter: authz.HTTPFilter})]; got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// TestCovers: a DENY of what shows no identity makes up for one by identity that says no
// more about the request.
func TestCovers(t *testing.T) {
	t.Parallel()
	const rule = `{from: [{source: {principals: [a]}}], to: [{operation: {paths: [/a]}}]}`
	for other, want := range map[string]bool{
		`{from: [{source: {notPrincipals: ["*"]}}]}`:                                                                         true,
		`{from: [{source: {notPrincipals: ["*"]}}], to: [{operation: {paths: [/a]}}]}`:                                       true,
		`{from: [{source: {notPrincipals: ["*"]}}], to: [{operation: {paths: [/b]}}]}`:                                       false,
		`{from: [{source: {notPrincipals: ["*"]}}], to: [{operation: {ports: ["9090"]}}]}`:                                   false,
		`{from: [{source: {notPrincipals: ["*"]}}], when: [{key: "request.headers[x]", values: [z]}]}`:                       false,
		`{from: [{source: {notPrincipals: ["*"], ipBlocks: [10.0.0.0/8]}}]}`:                                                 false,
		`{from: [{source: {ipBlocks: [10.0.0.0/8]}}, {source: {notNamespaces: [x]}}], to: [{operation: {ports: ["8080"]}}]}`: true,
	} {
		p := policies(t, "{action: DENY, rules: ["+rule+", "+other+"]}")[0]
		if got := p.Rules[1].Covers(p.Rules[0], authz.Call{Port: 8080, Filter: authz.HTTPFilter}); got != want {
			t.Errorf("%s: got %v, want %v", other, got, want)
		}
	}
}
