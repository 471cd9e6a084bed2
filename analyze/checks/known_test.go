package checks_test

import (
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// TestKnownCallsAreErrors: a broken call is an error where somebody is known to make it, by
// what is declared, by traffic, or by a rule for just that host, and a warning where it could
// be made.
func TestKnownCallsAreErrors(t *testing.T) {
	t.Parallel()
	const strict = `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
---
`
	rule := func(host string) string {
		return strict + strings.ReplaceAll(`apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: plain, namespace: shop}
spec:
  host: "HOST"
  trafficPolicy:
    tls: {mode: DISABLE}
---
`, "HOST", host)
	}
	world := func(env string) string {
		return `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web` + env + `}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata: {labels: {app: pay}}
    spec: {containers: [{name: pay, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: shop}
spec:
  selector: {app: pay}
  ports: [{name: http, port: 80, targetPort: 8080}]
---
`
	}
	web, pay := resolve.Peer{Namespace: "shop", Name: "web"}, resolve.Peer{Namespace: "shop", Name: "pay"}
	seen := []evidence.Edge{{Client: web, Server: pay, Service: pay, Port: 8080, Security: resolve.SecurityPlaintext, Count: 3}}
	const says = `, env: [{name: PAY_URL, value: "http://pay"}]`
	for name, c := range map[string]struct {
		text  string
		edges []evidence.Edge
		want  analyze.Severity
		says  string
	}{
		"a wildcard, and nobody known": {world("") + rule("*.shop.svc.cluster.local"), nil, analyze.Warning, ""},
		"declared":                     {world(says) + rule("*.shop.svc.cluster.local"), nil, analyze.Error, "declared client deploy/web: env PAY_URL of container web"},
		"seen":                         {world("") + rule("*.shop.svc.cluster.local"), seen, analyze.Error, "3 calls observed from 1 workload"},
		"a rule for just the host":     {world("") + rule("pay"), nil, analyze.Error, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := read(t, c.text)
			traffic := &evidence.Traffic{Edges: c.edges}
			traffic.Normalize()
			found := analyze.RunWith(m, []*analyze.Check{checks.ByCode("MTLS0201")}, analyze.Options{Evidence: evidence.New(traffic, m)}).Findings
			if len(found) != 1 || found[0].Severity != c.want || !strings.Contains(found[0].Message, c.says) {
				t.Errorf("want one finding, %s, that says %q, got %+v", c.want, c.says, found)
			}
		})
	}
}
