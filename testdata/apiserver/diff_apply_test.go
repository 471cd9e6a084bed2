package apiserver

import "testing"

// idle is the namespace in which nothing runs: what its label promises is all there is.
const (
	idle = `
apiVersion: v1
kind: Namespace
metadata: {name: batch}
`
	idleInjected = `
apiVersion: v1
kind: Namespace
metadata: {name: batch, labels: {istio-injection: enabled}}
`
	shop = `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
`
	shopInjected = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
`
	nightly = `
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: nightly, namespace: batch}
spec:
  replicas: 0
  selector: {matchLabels: {app: nightly}}
  template:
    metadata: {labels: {app: nightly}}
    spec: {containers: [{name: nightly, image: registry.example.com/nightly:1, ports: [{containerPort: 8080}]}]}
`
)

// shopRestarted restarts every workload of the shop.
func shopRestarted(revision string) func(*testing.T, *story) {
	return func(t *testing.T, st *story) {
		t.Helper()
		for _, name := range []string{"web", "pay", "stock"} {
			rollout("shop", name, revision)(t, st)
		}
	}
}

var ofNamespaces = []foretold{
	{
		name: "a Namespace is labelled", effects: "repaired stronger new",
		file: idleInjected,
	},
	{
		name: "a label that the last file had goes", effects: "breaks weaker gone",
		file: idle,
	},
	{
		name:  "a label of somebody else stays",
		first: kubectls("label", "namespace", "batch", "istio-injection=enabled"),
		note:  "Namespace batch keeps its label istio-injection=enabled",
		file:  idle,
	},
	{
		name: "a label of the last file that somebody changed goes",
		first: func(t *testing.T, st *story) {
			applied(idleInjected)(t, st)
			st.server.kubectl(t, "label", "namespace", "batch", "istio-injection=disabled", "--overwrite")
		},
		file: idle,
	},
	{
		name: "running pods stay when their Namespace changes",
		note: "running pods stay unchanged until they are restarted",
		file: shop,
	},
	{
		name: "all pods of a Namespace that leaves are restarted", effects: "weaker differs new",
		first: applied(shopInjected), flags: []string{"--restarted"}, then: shopRestarted(""),
		file: shop,
	},
	{
		name: "all pods of a Namespace that joins are restarted", effects: "stronger differs gone",
		flags: []string{"--restarted"}, then: shopRestarted("default"),
		file: shopInjected,
	},
	{
		name: "a Namespace is labelled in a file that has all", effects: "repaired stronger new",
		first: kubectls("label", "namespace", "batch", "istio-injection-"),
		file:  idleInjected + nightly,
	},
}

const metricsException = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: pay-metrics, namespace: shop, labels: {part: exceptions}}
spec: {selector: {matchLabels: {app: pay}}, portLevelMtls: {9102: {mode: DISABLE}}}
`

var (
	pruning = []string{"--prune-selector", "part=exceptions"}
	pruned  = []string{"apply", "-f", "FILE", "--prune", "-l", "part=exceptions", "--prune-allowlist", "security.istio.io/v1/PeerAuthentication"}
)

var ofPruning = []foretold{
	{
		name: "what the files no longer have is pruned", effects: "stronger",
		file: metricsException, flags: pruning, really: pruned,
	},
	{
		name: "what no file made is not pruned",
		first: created(`
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: stock-by-hand, namespace: shop, labels: {part: exceptions}}
spec: {selector: {matchLabels: {app: stock}}, mtls: {mode: PERMISSIVE}}
`),
		file: metricsException, flags: pruning, really: pruned,
	},
	{
		name: "other namespaces than those of the files are not pruned",
		first: func(t *testing.T, st *story) {
			st.server.kubectl(t, "delete", "peerauthentication", "stock-by-hand", "-n", "shop")
			applied(`
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: batch, labels: {part: exceptions}}
spec: {mtls: {mode: STRICT}}
`)(t, st)
		},
		file: metricsException, flags: pruning, really: pruned,
	},
	{
		name:  "what the selector does not select is not applied",
		first: kubectls("delete", "peerauthentication", "default", "-n", "batch"),
		file: metricsException + `
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: web-off, namespace: shop}
spec: {selector: {matchLabels: {app: web}}, mtls: {mode: DISABLE}}
`, flags: pruning, really: pruned,
	},
}

var ofMerging = []foretold{
	{
		name:  "a field that no file has set stays",
		first: kubectls("patch", "destinationrule", "stock", "-n", "shop", "--type", "merge", "-p", `{"spec":{"trafficPolicy":{"tls":{"mode":"DISABLE"}}}}`),
		file: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: stock, namespace: shop}
spec: {host: stock, trafficPolicy: {connectionPool: {tcp: {maxConnections: 20}}}}
`,
	},
	{
		name: "the age that a file claims counts for nothing", effects: "new",
		file: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: pay-off, namespace: shop, creationTimestamp: "2020-01-01T00:00:00Z"}
spec: {selector: {matchLabels: {app: pay}}, mtls: {mode: DISABLE}}
`,
	}, {
		name: "a field that the last file had goes", effects: "repaired gone",
		first: func(t *testing.T, st *story) {
			st.server.kubectl(t, "delete", "destinationrule", "stock", "-n", "shop")
			applied(`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: stock, namespace: shop}
spec: {host: stock, trafficPolicy: {tls: {mode: DISABLE}, connectionPool: {tcp: {maxConnections: 20}}}}
`)(t, st)
		},
		file: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: stock, namespace: shop}
spec: {host: stock, trafficPolicy: {connectionPool: {tcp: {maxConnections: 20}}}}
`,
	},
	{
		name: "what was created and never applied keeps its fields", effects: "breaks new",
		first: func(t *testing.T, st *story) {
			st.server.kubectl(t, "delete", "destinationrule", "stock", "-n", "shop")
			created(`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: stock, namespace: shop}
spec: {host: stock, trafficPolicy: {tls: {mode: DISABLE}}}
`)(t, st)
		},
		file: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: stock, namespace: shop}
spec: {host: stock, subsets: [{name: v1, labels: {app: stock}}]}
`,
		note: "keeps spec.trafficPolicy of the cluster",
	},
	{
		name: "a pod label that was patched in stays",
		first: func(t *testing.T, st *story) {
			st.server.kubectl(t, "patch", "deployment", "pay", "-n", "shop", "-p", `{"spec":{"template":{"metadata":{"labels":{"sidecar.istio.io/inject":"false"}}}}}`)
			followed("shop")(t, st)
		},
		file: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  selector: {matchLabels: {app: pay}}
  template:
    metadata: {labels: {app: pay}}
    spec:
      containers:
        - name: pay
          image: registry.example.com/pay:1
          ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 9102}]
`,
		note: "keeps its pod label sidecar.istio.io/inject=false",
	},
	{
		name:  "a port of a Service that was patched in stays",
		first: kubectls("patch", "service", "web", "-n", "shop", "-p", `{"spec":{"ports":[{"name":"http-more","port":81,"targetPort":8080}]}}`),
		file: `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
`,
	},
}
