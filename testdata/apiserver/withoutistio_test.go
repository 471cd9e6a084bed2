package apiserver

import (
	"strings"
	"testing"
)

// TestWithoutIstio has a cluster that never heard of Istio: nothing is in a mesh,
// which is an answer, and that no control plane was seen is said.
func TestWithoutIstio(t *testing.T) {
	s := start(t, bare)
	s.tell(t, "worlds/plain.yaml")
	config := s.as("root").kubeconfig(t)
	out := mtlsctl(t, "describe", "-A", "--kubeconfig", config, "-o", "json")
	if got := modes(t, out)["apps/web"]; got != " NONE" {
		t.Errorf("apps/web is %q, want no revision and NONE", got)
	}
	if !strings.Contains(strings.ToLower(out.stderr), "istio") {
		t.Errorf("nobody says that there is no Istio\n%s", out.stderr)
	}
	plain(t, out)
	for _, report := range reports {
		if out := mtlsctl(t, report, "-A", "--kubeconfig", config); out.code != 0 && out.code != 3 {
			t.Errorf("%s: exit %d\n%s", report, out.code, out.stderr)
		}
	}
}
