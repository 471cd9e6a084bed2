package cluster_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// keptWorld is a Deployment of whose pods more matters than ports and labels.
const keptWorld = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay, namespace: shop}
spec:
  template:
    metadata:
      labels: {app: pay}
      annotations:
        prometheus.io/port: "8080"
        sidecar.istio.io/rewriteAppHTTPProbers: "false"
        proxy.istio.io/config: |
          interceptionMode: NONE
          proxyMetadata: {PASSWORD: secret}
    spec:
      securityContext: {runAsUser: 1000, runAsGroup: 1337}
      containers:
        - name: pay
          securityContext: {runAsUser: 1337, runAsGroup: 1000}
          livenessProbe: {httpGet: {port: 8080}}
        - name: helper
`

// TestClusterKeepsWhatMatters: what is left out of a pod on the way out of a cluster is
// nothing that an answer depends on.
func TestClusterKeepsWhatMatters(t *testing.T) {
	t.Parallel()
	dir := filepath.Dir(fileOf(t, keptWorld))
	_, o := newFakeAPI(t, dir)
	o.Keep = true
	in := readCluster(t, o)
	file := filepath.Join(t.TempDir(), "mesh.yaml")
	writeSnapshot(t, file, in)
	for says, got := range map[string]*source.Input{"files": readFiles(t, dir), "a cluster": in, "a snapshot": readFiles(t, file)} {
		w := mesh.Build(config.Options{}, got.Objects).Workloads()[0]
		var as []string
		for _, c := range w.AsProxy {
			as = append(as, c.Container+" "+c.Says)
		}
		text := fmt.Sprint(strings.Join(as, ", "), " ", len(w.Probes), " ", w.Capture.NoInterception, " ", w.Annotations["prometheus.io/port"])
		if text != "pay user 1337, helper group 1337 1 true 8080" {
			t.Errorf("%s: %s is left of the workload", says, text)
		}
		if says != "files" && strings.Contains(fmt.Sprint(w.Annotations), "secret") {
			t.Errorf("%s keeps what is private", says)
		}
	}
}

// TestInjectorKeepsProbes: only values that say so keep probes from the agent (2.18).
func TestInjectorKeepsProbes(t *testing.T) {
	t.Parallel()
	for values, want := range map[string]bool{
		`{"sidecarInjectorWebhook": {"rewriteAppHTTPProbe": false}}`: true,
		`{"sidecarInjectorWebhook": {"rewriteAppHTTPProbe": true}}`:  false,
		`{"global": {}}`: false,
	} {
		text := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio-sidecar-injector, namespace: istio-system}\ndata:\n  values: '" + values + "'\n"
		in := readFiles(t, fileOf(t, text))
		if got := in.Objects[0].Value.(*config.Injector).KeepsProbes; got != want {
			t.Errorf("%s: the injector keeps probes: %v", values, got)
		}
	}
}

// fileOf is a file of the test's own that holds a text.
func fileOf(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.yaml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}
