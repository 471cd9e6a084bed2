package source_test

import (
	"strings"
	"testing"
)

// TestNotApplied: documents that nobody applies as they stand are named, and the answer is
// not whole.
func TestNotApplied(t *testing.T) {
	t.Parallel()
	const policyItem = "- apiVersion: security.istio.io/v1\n  kind: PeerAuthentication\n  metadata: {name: default, namespace: shop}\n  spec: {mtls: {mode: DISABLE}}\n"
	for name, c := range map[string]struct{ text, says string }{
		"a Template":                 {"apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: all}\nobjects:\n" + policyItem, "Template all is not applied in this form"},
		"a Template of nothing read": {"apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: all}\nobjects:\n- {apiVersion: v1, kind: Secret, metadata: {name: x}}\n", ""},
		"a policy of status":         {"apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: shop}\nstatus: {conditions: []}\n", "PeerAuthentication has a status and no spec"},
		"a Deployment of status":     {"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nstatus: {replicas: 1}\n", "Deployment has a status and no spec"},
		"a Service of status":        {"apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nstatus: {loadBalancer: {}}\n", "Service has a status and no spec"},
		"a Namespace":                {"apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\nstatus: {phase: Active}\n", ""},
		"an empty spec":              {"apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: shop}\nspec: {}\nstatus: {}\n", ""},
	} {
		in := readString(t, c.text)
		var all []string
		for _, p := range in.Problems {
			if !p.Harmless {
				all = append(all, p.Message)
			}
		}
		if got := strings.Join(all, "; "); c.says == "" && got != "" || !strings.Contains(got, c.says) {
			t.Errorf("%s: problems %q, want %q", name, got, c.says)
		}
	}
}
