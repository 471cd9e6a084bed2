package checks

// The worlds of the checks of the dataplane and of migration.

// strictGuardWorld is a server that kube-apiserver calls, with a STRICT policy of its own.
const strictGuardWorld = shopNamespace + `apiVersion: apps/v1
kind: Deployment
metadata: {name: guard, namespace: shop}
spec:
  template:
    metadata: {labels: {app: guard}}
    spec: {containers: [{name: guard, ports: [{containerPort: 8443}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: guard, namespace: shop}
spec:
  selector: {app: guard}
  ports: [{name: https, port: 443, targetPort: 8443}]
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: guard, namespace: shop}
spec:
  selector: {matchLabels: {app: guard}}
  mtls: {mode: STRICT}
`

// probedWorld adds to strictGuardWorld a probe of another workload that the policy of the
// namespace makes STRICT.
func probedWorld(annotation string) string {
	return `---
` + strictShop + `apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata:
      labels: {app: pay}
      annotations: {` + annotation + `}
    spec:
      containers:
        - name: pay
          ports: [{containerPort: 8080}]
          livenessProbe: {httpGet: {port: 8080}}
`
}

// patchWorld adds an EnvoyFilter whose only patch merges a value into the filter chains.
func patchWorld(value string) string {
	return `---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: tune, namespace: shop}
spec:
  configPatches:
    - applyTo: FILTER_CHAIN
      match: {context: SIDECAR_INBOUND}
      patch:
        operation: MERGE
        value: {` + value + `}
`
}

// sidecarsWorld is a workload with a Sidecar.
const sidecarsWorld = strictGuardWorld + `---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec: {egress: [{hosts: ["./*"]}]}
`

// strictPayWorld is payWorld with a policy that makes its namespace STRICT.
const strictPayWorld = payWorld + `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
`
