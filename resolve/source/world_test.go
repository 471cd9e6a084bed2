package source_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// world makes a directory of n Deployments, their Services and policies, twenty
// to a file.
func world(t testing.TB, n int) string {
	files := map[string]string{}
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-%[1]d
  namespace: ns-%[2]d
  labels: {app: app-%[1]d}
spec:
  replicas: 2
  selector:
    matchLabels: {app: app-%[1]d}
  template:
    metadata:
      labels: {app: app-%[1]d, version: v1}
    spec:
      serviceAccountName: app-%[1]d
      containers:
        - name: app
          image: registry.example.com/app-%[1]d:1.0.0
          env:
            - name: LOG_LEVEL
              value: info
          ports:
            - name: http
              containerPort: 8080
            - containerPort: 9090
          resources:
            requests: {cpu: 100m, memory: 128Mi}
          readinessProbe:
            httpGet: {path: /ready, port: 8080}
---
apiVersion: v1
kind: Service
metadata:
  name: app-%[1]d
  namespace: ns-%[2]d
spec:
  selector:
    app: app-%[1]d
  ports:
    - {name: http, port: 80, targetPort: 8080}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: app-%[1]d
  namespace: ns-%[2]d
spec:
  selector:
    matchLabels:
      app: app-%[1]d
  mtls:
    mode: STRICT
  portLevelMtls:
    9090:
      mode: PERMISSIVE
---
`, i, i/50)
		if i%20 == 19 || i == n-1 {
			files[fmt.Sprintf("f%05d.yaml", i)] = b.String()
			b.Reset()
		}
	}
	return write(t, files)
}

func TestTheNumberOfWorkersChangesNothing(t *testing.T) {
	t.Parallel()
	dir := world(t, 300)
	big := write(t, map[string]string{"big.yaml": strings.Repeat(service+"---\n"+policy+"---\na: b: c\n---\n", 5000), "b.yaml": "a: {{ b }}\n"})
	one := read(t, source.Options{Files: []string{dir, big}, Workers: 1})
	for _, workers := range []int{2, 8} {
		many := read(t, source.Options{Files: []string{dir, big}, Workers: workers})
		if diff := cmp.Diff(summary(one)[:1000], summary(many)[:1000]); diff != "" {
			t.Errorf("%d workers (-one +many):\n%s", workers, diff)
		}
		if diff := cmp.Diff(one.Stats, many.Stats); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(one.Problems, many.Problems); diff != "" {
			t.Error(diff)
		}
		if len(one.Objects) != 900+10000 || !cmp.Equal(one.Notes, many.Notes) {
			t.Errorf("%d objects", len(one.Objects))
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprintf("workloads=%d", n), func(b *testing.B) {
			dir := world(b, n)
			b.SetBytes(read(b, source.Options{Files: []string{dir}}).Stats.Bytes)
			b.ReportAllocs()
			for b.Loop() {
				read(b, source.Options{Files: []string{dir}})
			}
		})
	}
}
