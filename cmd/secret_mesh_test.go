package cmd_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMeshConfigStays: whatever a mesh configuration holds, and if it is none, its values are
// in no snapshot, and the answer from the snapshot is that of the cluster.
func TestMeshConfigStays(t *testing.T) {
	t.Parallel()
	around, err := os.ReadFile(filepath.Join("..", "testdata", "secrets", "around.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, meshes := secrets(t, true)
	meshes = append(meshes, "rootNamespace: kanari\naccessLogFile: kanari-log\nextensionProviders: [{name: x, envoyExtAuthzHttp: {service: a.b, port: 4180, headersToUpstreamOnAllow: [kanari-x]}}]\nunknownField: kanari-y\n",
		"trustDomain: example.com\ndefaultConfig: {proxyMetadata: {PASSWORD: kanari, ISTIO_META_TLS_CLIENT_CERT_CHAIN: /etc/certs/x.pem}}\nmeshMTLS: {minProtocolVersion: nonsense}\n")
	for i, mesh := range meshes {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			objects := []map[string]any{
				noted(map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "istio", "namespace": "istio-system"}, "data": map[string]any{"mesh": mesh, "other": "kanari"}}, "kanari"),
				{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "istio-sidecar-injector", "namespace": "istio-system"}, "data": map[string]any{
					"values": []string{`{"global": {"network": "n1", "proxy": {"excludeInboundPorts": "8080", "image": "kanari"}}, "password": "kanari"}`, "kanari"}[i%2], "config": "kanari",
				}},
				{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"name": "istiod", "namespace": "istio-system", "labels": map[string]any{"app": "istiod"}}, "spec": map[string]any{
					"selector": map[string]any{"matchLabels": map[string]any{"app": "istiod"}}, "template": map[string]any{"metadata": map[string]any{"labels": map[string]any{"app": "istiod"}}, "spec": map[string]any{
						"containers": []any{map[string]any{"name": "discovery", "image": "pilot", "env": []any{
							map[string]any{"name": "PASSWORD", "value": "kanari"}, map[string]any{"name": "ENABLE_TLS_ON_SIDECAR_INGRESS", "value": "true"}, map[string]any{"name": "DB", "value": "http://u:kanari@db.shop:5432/kanari"},
						}}},
					}},
				}},
			}
			if err := os.WriteFile(filepath.Join(dir, "a.yaml"), []byte(string(around)+documents(t, objects)), 0o600); err != nil {
				t.Fatal(err)
			}
			kubeconfig := newFakeCluster(t, dir)
			file := snapshotOf(t, kubeconfig)
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if i < len(meshes)-2 { // rootNamespace is a name
				tells(t, text)
			} else if strings.Contains(string(text), "kanari-") {
				t.Errorf("%s", text)
			}
			for _, line := range []string{"describe -A -o json", "connections -A -o json", "analyze -A -o json"} {
				live, kept := asked(t, line, "--kubeconfig", kubeconfig), asked(t, strings.Replace(line, " -A", "", 1), "-f", file)
				if live != kept {
					t.Errorf("%s: cluster and snapshot differ (-cluster +snapshot)\n%.2000s\n%s", line, cmp.Diff(live, kept), mesh)
				}
			}
		})
	}
}
