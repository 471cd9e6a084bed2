package cluster_test

import (
	"strings"
	"testing"
)

// TestSharedMeshConfig: a ConfigMap that istiod's SHARED_MESH_CONFIG names lies under istiod's own; it is
// read by name. That there is none is no gap, that nobody may read it is one.
func TestSharedMeshConfig(t *testing.T) {
	t.Parallel()
	const shared = "/api/v1/namespaces/istio-system/configmaps/user-mesh"
	for name, c := range map[string]struct {
		change func(*fakeAPI)
		want   string
	}{
		"there": {func(f *fakeAPI) { f.share("enableAutoMtls: false") }, "PLAINTEXT plaintext"},
		"under": {func(f *fakeAPI) {
			f.share("enableAutoMtls: false")
			f.config("istio")["data"] = map[string]any{"mesh": "enableAutoMtls: true"}
		}, "ISTIO_MUTUAL mtls"},
		"not there": {func(*fakeAPI) {}, "ISTIO_MUTUAL mtls"},
		"forbidden": {func(f *fakeAPI) { f.refuse[shared] = &refusal{code: 403, times: -1} }, "UNKNOWN unknown"},
		"no YAML":   {func(f *fakeAPI) { f.share("enableAutoMtls: [1]") }, "UNKNOWN unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api, o := newRevisions(t)
			api.config("istio")["data"] = map[string]any{"mesh": "rootNamespace: istio-system"}
			for _, d := range api.items["/apis/apps/v1/deployments"] {
				if d["metadata"].(map[string]any)["name"] == "istiod" {
					d["spec"] = map[string]any{"template": map[string]any{"spec": map[string]any{"containers": []any{map[string]any{"name": "discovery", "env": []any{map[string]any{"name": "SHARED_MESH_CONFIG", "value": "user-mesh"}}}}}}}
				}
			}
			c.change(api)
			text := resolved(readCluster(t, o))
			if got := says(text)["old to old"]; got != c.want {
				t.Errorf("calls of the default revision: %s, want %s\n%s", got, c.want, text)
			}
			if name == "forbidden" && !strings.Contains(text, "ConfigMap istio-system/user-mesh") {
				t.Errorf("it does not name the ConfigMap\n%s", text)
			}
		})
	}
}

// share adds the ConfigMap that is shared.
func (f *fakeAPI) share(mesh string) {
	f.items["/api/v1/configmaps"] = append(f.items["/api/v1/configmaps"], map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "user-mesh", "namespace": "istio-system"}, "data": map[string]any{"mesh": mesh},
	})
}
