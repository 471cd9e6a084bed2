package source_test

import (
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
)

func istiodOf(image string) string {
	return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}\nspec:\n  template:\n    metadata: {labels: {app: istiod}}\n    spec: {containers: [{name: discovery, image: \"" + image + "\"}]}\n---\n"
}

// TestAFieldThatIstiodIsTooOldForIsSaid: with the release in which it came.
func TestAFieldThatIstiodIsTooOldForIsSaid(t *testing.T) {
	t.Parallel()
	rule := "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a, namespace: shop}\nspec:\n  host: pay\n  trafficPolicy:\n    retryBudget: {percent: 20}\n    tls: {mode: DISABLE}\n"
	policy := "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: shop}\nspec:\n  rules:\n  - from:\n    - source: {serviceAccounts: [a]}\n"
	for _, test := range []struct {
		image, text string
		field       resolve.Field
		line        int
		harmless    bool
	}{
		{"docker.io/istio/pilot:1.24.3-distroless", rule, "spec.trafficPolicy.retryBudget", 15, true},
		{"docker.io/istio/pilot:1.32.0", rule, "", 0, false},
		{"docker.io/istio/pilot@sha256:1234", rule, "", 0, false},
		{"registry:5000/pilot:v1.24.0@sha256:12", policy, "spec.rules[0].from[0].source.serviceAccounts", 15, false},
		{"pilot:1.24.0", strings.Replace(rule, "retryBudget: {percent: 20}", "connectionPool: {http: {http2KeepAlive: {interval: 1s, timeout: 1s}}}", 1), "spec.trafficPolicy.connectionPool.http.http2KeepAlive", 15, true},
	} {
		in := readString(t, istiodOf(test.image)+test.text)
		if test.field == "" {
			if len(in.Problems) > 0 {
				t.Errorf("%s: problems %v", test.image, in.Problems)
			}
			continue
		}
		if len(in.Problems) != 1 {
			t.Errorf("%s: problems %v", test.image, in.Problems)
			continue
		}
		p := in.Problems[0]
		if p.Field != test.field || p.Position.Line != test.line || p.Harmless != test.harmless || !strings.Contains(p.Message, "Deployment istio-system/istiod is Istio 1.24 and ignores it") {
			t.Errorf("%s: got %+v", test.image, p)
		}
	}
}
