package cmd_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeTown writes a file of 20 workloads, five files to a namespace, each workload with a
// Service that another one calls, two policies for five workloads, and for ten a rule, a
// route and an AuthorizationPolicy. In every tenth namespace a rule sends plaintext.
func writeTown(tb testing.TB, dir string, file int) {
	tb.Helper()
	namespace := fmt.Sprintf("team-%03d", file/5)
	var documents []string
	if file%5 == 0 {
		documents = append(documents, fmt.Sprintf(townNamespace, namespace))
	}
	for i := range 20 {
		name := fmt.Sprintf("service-%03d-%02d", file, i)
		tls := "ISTIO_MUTUAL"
		if file%50 == 5 && i == 0 {
			tls = "DISABLE"
		}
		names := strings.NewReplacer("NAMESPACE", namespace, "NAME", name, "NEXT", fmt.Sprintf("service-%03d-%02d", file, (i+1)%20), "TLS", tls)
		documents = append(documents, names.Replace(townWorkload))
		if i%5 < 2 {
			documents = append(documents, names.Replace(townPolicy))
		}
		if i%10 == 0 {
			documents = append(documents, names.Replace(townRule))
		}
	}
	path := filepath.Join(dir, fmt.Sprintf("%03d.yaml", file))
	if err := os.WriteFile(path, []byte(strings.Join(documents, "---\n")), 0o644); err != nil {
		tb.Fatal(err)
	}
}

const townNamespace = `apiVersion: v1
kind: Namespace
metadata:
  name: %[1]s
  labels:
    istio-injection: enabled
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: %[1]s
spec:
  mtls:
    mode: STRICT
`

const townWorkload = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
  namespace: NAMESPACE
  labels:
    app: NAME
    app.kubernetes.io/part-of: town
spec:
  replicas: 2
  selector:
    matchLabels:
      app: NAME
  template:
    metadata:
      labels:
        app: NAME
        version: v1
    spec:
      serviceAccountName: NAME
      containers:
        - name: main
          image: registry.example.com/town/NAME:1.0
          env:
            - name: LOG_LEVEL
              value: info
            - name: NEXT_URL
              value: http://NEXT.NAMESPACE/orders
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
          ports:
            - name: http
              containerPort: 8080
            - name: metrics
              containerPort: 9090
            - name: admin
              containerPort: 9901
          readinessProbe:
            httpGet:
              path: /ready
              port: http
---
apiVersion: v1
kind: Service
metadata:
  name: NAME
  namespace: NAMESPACE
spec:
  selector:
    app: NAME
  ports:
    - name: http
      port: 80
      targetPort: http
    - name: http-metrics
      port: 9090
`

const townPolicy = `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: NAME
  namespace: NAMESPACE
spec:
  selector:
    matchLabels:
      app: NAME
  mtls:
    mode: STRICT
  portLevelMtls:
    8080:
      mode: PERMISSIVE
`

const townRule = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: NAME
  namespace: NAMESPACE
spec:
  host: NAME.NAMESPACE.svc.cluster.local
  trafficPolicy:
    tls:
      mode: TLS
  subsets:
    - name: v1
      labels:
        version: v1
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: NAME
  namespace: NAMESPACE
spec:
  hosts:
    - NAME.NAMESPACE.svc.cluster.local
  http:
    - route:
        - destination:
            host: NAME.NAMESPACE.svc.cluster.local
            port:
              number: 80
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: NAME
  namespace: NAMESPACE
spec:
  selector:
    matchLabels:
      app: NAME
  action: ALLOW
  rules:
    - from:
        - source:
            principals:
              - cluster.local/ns/NAMESPACE/sa/NEXT
`
