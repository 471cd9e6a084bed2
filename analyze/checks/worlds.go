package checks

// The worlds that several checks start from in Before and After.
const (
	// payWorld is a workload that listens on 8080.
	payWorld = `apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata: {labels: {app: pay}}
    spec:
      containers: [{name: pay, ports: [{containerPort: 8080}]}]
---
`
	// servedWorld puts a Service with port 80 before it.
	servedWorld = payWorld + payService
	// callsWorld is a client and a server with sidecars.
	callsWorld = shopNamespace + webWorkload + payWorkload + payService
	// selectiveWorld is a mesh that reads some namespaces only, and the head of one.
	selectiveWorld = `apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    discoverySelectors:
    - matchLabels: {mesh: "yes"}
---
apiVersion: v1
kind: Namespace
`
)

// The policies that the worlds need, so that nothing else is found.
const (
	permissiveShop = `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: PERMISSIVE}
---
`
	strictShop = `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
---
`
	// farWorld is a client in another namespace.
	farWorld = `apiVersion: v1
kind: Namespace
metadata: {name: far, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: caller, namespace: far}
spec:
  template:
    metadata: {labels: {app: caller}}
    spec: {containers: [{name: caller}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: far}
spec:
  mtls: {mode: STRICT}
---
`
)

// The objects of which most worlds are made.
const (
	shopNamespace = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
`
	webWorkload = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web}]}
---
`
	payWorkload = `apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata: {labels: {app: pay}}
    spec: {containers: [{name: pay, ports: [{containerPort: 8080}]}]}
---
`
	payService = `apiVersion: v1
kind: Service
metadata: {name: pay, namespace: shop}
spec:
  selector: {app: pay}
  ports: [{name: http, port: 80, targetPort: 8080}]
---
`
	plainWorkload = `apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata: {labels: {app: pay}}
    spec: {containers: [{name: pay}]}
---
`
)
