package apiserver

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestConfiguration: where the mesh configuration of one of two control planes cannot be
// read, what its proxies serve and send is unknown; the answer never rests on defaults.
func TestConfiguration(t *testing.T) {
	s := start(t)
	s.tell(t, filepath.Join("worlds", "revisions.yaml"))
	t.Run("forbidden", func(t *testing.T) {
		s.allow(t, "reduced", append(withoutMaps(), getting("istio", "istio-sidecar-injector", "istio-sidecar-injector-canary")))
		config := s.as("reduced").kubeconfig(t)
		unconfigured(t, config, "forbidden", append(reports, "migrate-plan --status")...)
		t.Run("settled by a file", func(t *testing.T) {
			complete(t, mtlsctl(t, "connections", "-A", "--kubeconfig", config, "--mesh-config", written(t, t.TempDir(), "mesh.yaml", "enableAutoMtls: true\n")))
		})
		t.Run("in a snapshot", func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "mesh.yaml")
			mtlsctl(t, "snapshot", "--kubeconfig", config, "--output-file", file)
			identical(t, mtlsctl(t, "connections", "-A", "--kubeconfig", config, "-o", "json"), mtlsctl(t, "connections", "-A", "-f", file, "-o", "json"))
		})
		if out := mtlsctl(t, "rbac", "--check", "--kubeconfig", config); out.code != 3 || !strings.Contains(out.stdout, "configmaps/istio-canary") {
			t.Errorf("rbac --check: exit %d\n%s%s", out.code, out.stdout, out.stderr)
		}
	})
	t.Run("granted", func(t *testing.T) { s.grantsMaps(t) })
	t.Run("cut off", func(t *testing.T) {
		p := s.through(t, true, cut(func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/configmaps/istio-canary") }, 0))
		unconfigured(t, p.as("root").kubeconfig(t), "the connection was interrupted", "analyze")
	})
	t.Run("missing", func(t *testing.T) {
		if err := s.Delete(context.Background(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "istio-system", Name: "istio-canary"}}); err != nil {
			t.Fatal(err)
		}
		unconfigured(t, s.as("root").kubeconfig(t), "not found", reports...)
	})
}

// unconfigured fails the test unless a run names the configuration that is missing, and
// claims nothing that depends on it.
func unconfigured(t *testing.T, config, why string, answers ...string) {
	t.Helper()
	for _, report := range answers {
		out := asked(t, report, "-A", "--kubeconfig", config)
		if says := "cannot read ConfigMap istio-system/istio-canary, the mesh configuration of revision canary: " + why; out.code != 3 && report != "analyze" || out.code == 0 || !strings.Contains(out.stderr, says) {
			t.Errorf("%s: exit %d, does not say %q\n%s", report, out.code, says, out.stderr)
		}
		plain(t, out)
	}
	for workload, want := range map[string]string{"old/web": "default PERMISSIVE", "new/web": "canary UNKNOWN"} {
		if got := modes(t, mtlsctl(t, "describe", "-A", "--kubeconfig", config, "-o", "json"))[workload]; got != want {
			t.Errorf("%s is %q, want %q", workload, got, want)
		}
	}
	for call, want := range map[string]string{
		"old/web to old/web": "ISTIO_MUTUAL mtls", "new/web to old/web": "UNKNOWN unknown", "new/web to new/web": "UNKNOWN unknown", "old/web to new/web": "ISTIO_MUTUAL unknown",
	} {
		if got := sends(t, mtlsctl(t, "connections", "-A", "--expand", "--kubeconfig", config, "-o", "json"))[call]; got != want {
			t.Errorf("%s is %q, want %q", call, got, want)
		}
	}
}

// withoutMaps reads everything but ConfigMaps, getting those of these names.
func withoutMaps() []rbacv1.PolicyRule { return reading()[1:] }

func getting(names ...string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"configmaps"}, Verbs: []string{"get"}, ResourceNames: names}
}

// grantsMaps: the role that rbac prints of this cluster reads the ConfigMaps of all its
// revisions, and the one printed without a cluster those that are named.
func (s *server) grantsMaps(t *testing.T) {
	asRoot := s.as("root").kubeconfig(t)
	for _, args := range [][]string{{"--kubeconfig", asRoot}, {"--revision", "canary"}} {
		objects, err := parse(strings.NewReader(mtlsctl(t, append([]string{"rbac"}, args...)...).stdout))
		if err != nil || len(objects) != 1 {
			t.Fatalf("%d objects, %v", len(objects), err)
		}
		s.allow(t, "granted", typed[rbacv1.ClusterRole](t, objects[0]).Rules)
		config := s.as("granted").kubeconfig(t)
		complete(t, mtlsctl(t, "connections", "-A", "--kubeconfig", config))
		if out := mtlsctl(t, "rbac", "--check", "--kubeconfig", config, "-o", "json"); out.code != 0 || !strings.Contains(out.stdout, "configmaps/istio-sidecar-injector-canary") {
			t.Errorf("rbac --check: exit %d\n%s%s", out.code, out.stdout, out.stderr)
		}
	}
}
