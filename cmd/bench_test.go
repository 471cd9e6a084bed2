package cmd_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/cmd"
)

// BenchmarkDescribe runs the whole command over directories of 20 workloads a
// file, each with a Service, and two policies for five workloads: 10,000
// workloads are 14 MB in 500 files.
func BenchmarkDescribe(b *testing.B) {
	for _, workloads := range []int{1_000, 10_000} {
		dir := b.TempDir()
		for file := range workloads / 20 {
			writeTown(b, dir, file)
		}
		for _, format := range []string{"table", "json"} {
			b.Run(fmt.Sprintf("%s/%d", format, workloads), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					s, _, errs := captured()
					s.Out = io.Discard
					if code := cmd.Main([]string{"describe", "-f", dir, "-o", format}, s); code != 0 {
						b.Fatalf("exit code %d: %s", code, errs)
					}
				}
			})
		}
	}
}

// BenchmarkDiff applies a rule that breaks calls to every workload of a town.
func BenchmarkDiff(b *testing.B) {
	for _, workloads := range []int{1_000, 10_000} {
		dir := b.TempDir()
		for file := range workloads / 20 {
			writeTown(b, dir, file)
		}
		b.Run(fmt.Sprint(workloads), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s, _, errs := captured()
				s.Out, s.In = io.Discard, strings.NewReader(plaintextEverywhere)
				if code := cmd.Main([]string{"diff", dir, "-f", "-"}, s); code != 1 {
					b.Fatalf("exit code %d: %s", code, errs)
				}
			}
		})
	}
}

const plaintextEverywhere = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: plaintext, namespace: istio-system}
spec: {host: "*.svc.cluster.local", trafficPolicy: {tls: {mode: DISABLE}}}
`

func writeTown(b *testing.B, dir string, file int) {
	b.Helper()
	namespace := fmt.Sprintf("team-%03d", file/5)
	var documents []string
	if file%5 == 0 {
		documents = append(documents, fmt.Sprintf(townNamespace, namespace))
	}
	for i := range 20 {
		name := fmt.Sprintf("service-%03d-%02d", file, i)
		documents = append(documents, strings.NewReplacer("NAMESPACE", namespace, "NAME", name).Replace(townWorkload))
		if i%5 < 2 {
			documents = append(documents, strings.NewReplacer("NAMESPACE", namespace, "NAME", name).Replace(townPolicy))
		}
	}
	path := filepath.Join(dir, fmt.Sprintf("%03d.yaml", file))
	if err := os.WriteFile(path, []byte(strings.Join(documents, "---\n")), 0o644); err != nil {
		b.Fatal(err)
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
