package checks

import "strings"

// The worlds of checks of the dataplane, by what is different in them.

// asUserWorld is a workload whose container runs as a user.
func asUserWorld(user string) string {
	return shopNamespace + `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          securityContext: {runAsUser: ` + user + `}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80}]
---
` + permissiveShop
}

// mailWorld is a server that speaks first, behind a port of a Service, STRICT.
func mailWorld(port string) string {
	return shopNamespace + `apiVersion: apps/v1
kind: Deployment
metadata: {name: mail, namespace: shop}
spec:
  template:
    metadata: {labels: {app: mail}}
    spec: {containers: [{name: mail, ports: [{containerPort: 2525}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: mail, namespace: shop}
spec:
  selector: {app: mail}
  ports: [{` + port + `, port: 587, targetPort: 2525}]
---
` + strictShop
}

// interceptedWorld is a workload that is PERMISSIVE, with an annotation.
func interceptedWorld(annotation string) string {
	return shopNamespace + `apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata:
      labels: {app: pay}
      annotations: {` + annotation + `}
    spec: {containers: [{name: pay, ports: [{containerPort: 8080}]}]}
---
` + permissiveShop
}

// proxylessWorld is a proxyless gRPC client that is told to call a STRICT server.
const proxylessWorld = callsWorld + strictShop + `apiVersion: apps/v1
kind: Deployment
metadata: {name: agent, namespace: shop}
spec:
  template:
    metadata:
      labels: {app: agent}
      annotations: {inject.istio.io/templates: grpc-agent}
    spec: {containers: [{name: agent, env: [{name: PAY, value: "xds:///pay.shop.svc.cluster.local:80"}]}]}
`

// openedWorld is a STRICT server behind a Service of a type.
func openedWorld(kind string) string {
	return shopNamespace + strictPayWorld + `---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: shop}
spec:
  ` + kind + `
  selector: {app: pay}
  ports: [{name: http, port: 80, targetPort: 8080}]
`
}

// reachWorld is a client with a sidecar that is told to call a server of a mode.
func reachWorld(mode string) string {
	return strings.Replace(callsWorld, "[{name: web}]", `[{name: web, env: [{name: PAY_URL, value: "http://pay"}]}]`, 1) + `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: ` + mode + `}
`
}
