package apiserver

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestTenant: who may read one namespace only hears what is wrong in it, and that more could
// not be looked at.
func TestTenant(t *testing.T) {
	s := start(t)
	s.tell(t, filepath.Join("worlds", "tenant.yaml"))
	const codes = `jsonpath={range .items[*]}{.code} {.object.name}{"\n"}{end}`
	s.allow(t, "tenant", reading(), "shop")
	config := s.as("tenant").kubeconfig(t)
	for _, args := range [][]string{{"-n", "shop"}, {"-A", "-n", "shop"}} {
		out := mtlsctl(t, append([]string{"analyze", "--kubeconfig", config, "-o", codes}, args...)...)
		for _, want := range []string{"MTLS0101 typo", "MTLS0311 pay"} {
			if !strings.Contains(out.stdout, want) {
				t.Errorf("%q: no %s in\n%s%s", args, want, out.stdout, out.stderr)
			}
		}
		if out.code == 0 {
			t.Errorf("%q: exit 0, and most could not be looked at\n%s", args, out.stderr)
		}
		plain(t, out)
	}
	if got := modes(t, mtlsctl(t, "describe", "-n", "shop", "--kubeconfig", config, "-o", "json"))["shop/pay"]; !strings.HasSuffix(got, " UNKNOWN") {
		t.Errorf("shop/pay is %q, and nobody knows what the mesh configuration says", got)
	}
}

// TestNewVersion: a kind is read in the version that the server has: TCPRoute is v1 in the
// newest Gateway API.
func TestNewVersion(t *testing.T) {
	s := start(t)
	s.tell(t, filepath.Join("worlds", "tenant.yaml"))
	out := mtlsctl(t, "describe", "-A", "--kubeconfig", s.as("root").kubeconfig(t), "-o", "jsonpath={.scope.objects.TCPRoute}")
	complete(t, out)
	if out.stdout != "1" && out.stdout != "1\n" {
		t.Errorf("it read %q TCPRoutes of one\n%s", out.stdout, out.stderr)
	}
}
