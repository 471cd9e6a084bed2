package apiserver

import "testing"

// kubectls runs kubectl.
func kubectls(args ...string) func(*testing.T, *story) {
	return func(t *testing.T, st *story) { t.Helper(); st.server.kubectl(t, args...) }
}

// applied and created make objects as kubectl apply and kubectl create do.
func applied(text string) func(*testing.T, *story) { return given("apply", text) }

func created(text string) func(*testing.T, *story) { return given("create", text) }

func given(verb, text string) func(*testing.T, *story) {
	return func(t *testing.T, st *story) {
		t.Helper()
		st.server.kubectl(t, verb, "-f", written(t, t.TempDir(), "given.yaml", text))
	}
}

var ofPolicies = []foretold{
	{
		name: "a new DestinationRule", effects: "breaks new",
		file: plaintextRule,
	},
	{
		name: "a DestinationRule is deleted", effects: "repaired gone",
		flags: []string{"--delete", "destinationrule/pay.shop"}, really: []string{"delete", "destinationrule", "pay", "-n", "shop"},
	},
	{
		name: "a PeerAuthentication changes", effects: "weaker",
		file: permissiveShop,
	},
	{
		name: "a PeerAuthentication is deleted", effects: "weaker new",
		first: kubectls("apply", "-f", changing),
		flags: []string{"--delete", "peerauthentication/default.shop"}, really: []string{"delete", "peerauthentication", "default", "-n", "shop"},
	},
	{
		name: "a PeerAuthentication comes back", effects: "stronger gone",
		file: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
`,
	},
}

var ofWorkloads = []foretold{
	{
		name: "a Service leads to another port", effects: "weaker", then: followed("shop"),
		file: `
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: shop}
spec: {selector: {app: pay}, ports: [{name: http, port: 80, targetPort: metrics}]}
`,
	},
	{
		name: "a Service selects other pods", effects: "stronger", then: followed("shop"),
		file: `
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
`,
	},
	{
		name: "a Deployment leaves the mesh", effects: "breaks weaker new",
		first: func(t *testing.T, st *story) {
			st.server.kubectl(t, "apply", "-f", changing)
			st.follow(t, "shop")
		},
		then: rollout("shop", "web", ""),
		file: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, sidecar.istio.io/inject: "false"}}
    spec: {containers: [{name: web, image: registry.example.com/web:1, ports: [{containerPort: 8080}]}]}
`,
	},
	{
		name: "a Deployment that left is applied again",
		file: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, sidecar.istio.io/inject: "false"}}
    spec: {containers: [{name: web, image: registry.example.com/web:1, ports: [{containerPort: 8080}]}]}
`,
	},
	{
		name: "a Deployment comes back", effects: "repaired stronger gone", then: rollout("shop", "web", "default"),
		file: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: registry.example.com/web:1, ports: [{containerPort: 8080}]}]}
`,
	},
	{
		name: "a new Deployment and its Service", effects: "new", then: rollout("shop", "cart", "default"),
		file: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: cart, image: registry.example.com/cart:1, ports: [{containerPort: 7070}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{name: http, port: 80, targetPort: 7070}]}
`,
	},
	{
		name: "a Deployment is deleted", effects: "gone", then: collected("shop", map[string]string{"app": "cart"}),
		flags: []string{"--delete", "deployment/cart.shop,service/cart.shop"}, really: []string{"delete", "deployment/cart", "service/cart", "-n", "shop"},
	},
}
