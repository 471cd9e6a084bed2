package cluster_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	meshv1alpha1 "istio.io/api/mesh/v1alpha1"

	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
)

// twoRevisions is a mesh with an istiod, the webhook of another, canary, and a namespace
// that each of them injects; canary's mesh configuration changes much.
const twoRevisions = `
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: "enableAutoMtls: true"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio-canary, namespace: istio-system}
data: {mesh: "{enableAutoMtls: false, rootNamespace: policies}"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod, istio.io/rev: default}}
spec: {template: {metadata: {labels: {app: istiod, sidecar.istio.io/inject: "false"}}, spec: {containers: [{name: discovery}]}}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector, labels: {app: sidecar-injector, istio.io/rev: default}}
webhooks: [{name: n.s.io, clientConfig: {service: {name: istiod, namespace: istio-system}}, namespaceSelector: {matchLabels: {istio-injection: enabled}}}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector-canary, labels: {app: sidecar-injector, istio.io/rev: canary}}
webhooks: [{name: r.s.io, clientConfig: {service: {name: istiod-canary, namespace: istio-system}}, namespaceSelector: {matchLabels: {istio.io/rev: canary}}}]
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: new}
spec: {mtls: {mode: STRICT}}
---
apiVersion: v1
kind: Namespace
metadata: {name: old, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: old}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: old}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: new, labels: {istio.io/rev: canary}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: new}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: new}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
`

func newRevisions(t *testing.T) (*fakeAPI, cluster.Options) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mesh.yaml"), []byte(twoRevisions), 0o600); err != nil {
		t.Fatal(err)
	}
	return newFakeAPI(t, dir)
}

// says are what became of the ports and calls of resolved, by their first word.
func says(text string) map[string]string {
	out := map[string]string{}
	workload := ""
	for line := range strings.Lines(text) {
		switch words := strings.Fields(line); {
		case strings.HasPrefix(line, "Deployment "):
			workload = strings.TrimSuffix(words[1], ":")
		case strings.HasPrefix(line, "  80 "):
			out[workload] = words[2]
		case strings.Contains(line, " -> "):
			from, rest, _ := strings.Cut(line, " -> ")
			host, rest, _ := strings.Cut(rest, ":80 ")
			out[from[strings.LastIndex(from, " of ")+4:]+" to "+strings.Split(host, ".")[1]] = strings.Fields(rest)[0] + " " + strings.TrimSuffix(strings.Fields(rest)[1], ":")
		}
	}
	return out
}

// TestMeshConfigUnseen: where the configuration of one control plane cannot be read, what
// its proxies serve and send is unknown, and nothing else; it is never Istio's defaults.
func TestMeshConfigUnseen(t *testing.T) {
	t.Parallel()
	const canary = "/api/v1/namespaces/istio-system/configmaps/istio-canary"
	for name, c := range map[string]struct {
		spoil func(*fakeAPI)
		gap   string
	}{
		"forbidden": {func(f *fakeAPI) { f.refuse[canary] = &refusal{code: 403, times: -1} }, "forbidden"},
		"missing": {func(f *fakeAPI) {
			f.items["/api/v1/configmaps"] = slices.DeleteFunc(f.items["/api/v1/configmaps"], func(o map[string]any) bool { return o["metadata"].(map[string]any)["name"] == "istio-canary" })
		}, "not found"},
		"cut off":         {func(f *fakeAPI) { f.cut = canary }, "the connection broke off"},
		"without its key": {func(f *fakeAPI) { f.config("istio-canary")["data"] = map[string]any{"values": "{}"} }, "it holds no configuration"},
		"another's":       {func(f *fakeAPI) { f.config("istio-canary")["data"] = map[string]any{"url": "http://web.old:80"} }, "it holds no configuration"},
		"no YAML": {func(f *fakeAPI) {
			f.config("istio-canary")["data"] = map[string]any{"mesh": "rootNamespace: [policies"}
		}, "not a mesh configuration that istiod can read"},
		"what istiod hates": {func(f *fakeAPI) { f.config("istio-canary")["data"] = map[string]any{"mesh": "enableAutoMtls: [1]"} }, "not a mesh configuration that istiod can read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api, o := newRevisions(t)
			c.spoil(api)
			in := readCluster(t, o)
			text := resolved(in)
			want := map[string]string{
				"old/web": "PERMISSIVE", "new/web": "UNKNOWN",
				"old to old": "ISTIO_MUTUAL mtls", "old to new": "ISTIO_MUTUAL unknown", "new to old": "UNKNOWN unknown", "new to new": "UNKNOWN unknown",
			}
			got := says(text)
			maps.DeleteFunc(got, func(key, _ string) bool { return strings.Contains(key, "istio-system") })
			if !maps.Equal(got, want) {
				t.Errorf("%v, want %v\n%s", got, want, text)
			}
			sentence := "cannot read ConfigMap istio-system/istio-canary, the mesh configuration of revision canary: " + c.gap
			if !strings.Contains(text, sentence) {
				t.Errorf("it does not say %q\n%s", sentence, text)
			}
		})
	}
	api, o := newRevisions(t)
	whole := resolved(readCluster(t, o))
	if got := says(whole); got["new/web"] != "STRICT" || got["new to old"] != "PLAINTEXT plaintext" {
		t.Errorf("of the whole cluster: %v\n%s", got, whole)
	}
	if api.refuse[canary] = (&refusal{code: 403, times: -1}); strings.Contains(resolvedWith(readCluster(t, o), &config.Options{MeshConfig: &meshv1alpha1.MeshConfig{}}), "UNKNOWN") {
		t.Error("a mesh configuration that the user gives settles it")
	}
}
