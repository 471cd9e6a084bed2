package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// perNamespace is how many workloads a namespace has: each is a file.
const perNamespace = 50

// shape makes one namespace of a made-up mesh.
type shape func(number, workloads int) string

// writeMesh writes a mesh of n workloads into a directory, a file for each namespace, and
// tells how many bytes it has.
func writeMesh(dir string, n int, namespace shape) (bytes int64, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	for first := 0; first < n; first += perNamespace {
		text := namespace(first/perNamespace, min(perNamespace, n-first))
		bytes += int64(len(text))
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%04d.yaml", first/perNamespace)), []byte(text), 0o644); err != nil {
			return 0, err
		}
	}
	return bytes, nil
}

// town is one namespace with its workloads. Two of three are STRICT, every tenth has a
// rule that sends plaintext into it, every seventh lies outside of the mesh.
func town(number, workloads int) string {
	var b strings.Builder
	ns := fmt.Sprintf("team-%04d", number)
	injection := "enabled"
	if number%7 == 6 {
		injection = "disabled"
	}
	fmt.Fprintf(&b, "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: %s\n  labels:\n    istio-injection: %s\n", ns, injection)
	mode := "STRICT"
	if number%3 == 2 {
		mode = "PERMISSIVE"
	}
	fmt.Fprintf(&b, "---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: default\n  namespace: %s\nspec:\n  mtls:\n    mode: %s\n", ns, mode)
	for i := range workloads {
		names := strings.NewReplacer("NAMESPACE", ns, "NAME", fmt.Sprintf("service-%02d", i), "NEXT", fmt.Sprintf("service-%02d", (i+1)%workloads))
		b.WriteString(names.Replace(workload))
		if i%10 == 0 {
			tls := "ISTIO_MUTUAL"
			if number%10 == 1 && i == 0 {
				tls = "DISABLE"
			}
			b.WriteString(strings.ReplaceAll(names.Replace(rule), "TLS", tls))
		}
		if i%10 == 5 {
			b.WriteString(names.Replace(route))
		}
		if i%20 == 7 {
			b.WriteString(names.Replace(policy))
		}
	}
	return b.String()
}

const workload = `---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: NAME
  namespace: NAMESPACE
---
apiVersion: apps/v1
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
        image: registry.example/NAME:1.2.3
        ports:
        - name: http
          containerPort: 8080
        - name: http-metrics
          containerPort: 9090
        env:
        - name: NEXT_URL
          value: http://NEXT.NAMESPACE:80/orders
        - name: LOG_LEVEL
          value: info
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
          limits:
            memory: 256Mi
        readinessProbe:
          httpGet:
            path: /ready
            port: 8080
          periodSeconds: 10
        livenessProbe:
          httpGet:
            path: /live
            port: 8080
---
apiVersion: v1
kind: Service
metadata:
  name: NAME
  namespace: NAMESPACE
  labels:
    app: NAME
spec:
  selector:
    app: NAME
  ports:
  - name: http
    port: 80
    targetPort: 8080
  - name: http-metrics
    port: 9090
    targetPort: 9090
`

const rule = `---
apiVersion: networking.istio.io/v1
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
`

const route = `---
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
`

const policy = `---
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
