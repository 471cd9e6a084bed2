package apiserver

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// TestRevisions has two control planes of different configurations: each workload
// is resolved by the one that injected its pods, whatever its namespace says now.
func TestRevisions(t *testing.T) {
	s := start(t)
	s.tell(t, filepath.Join("worlds", "revisions.yaml"))
	s.moves(t, "moved")
	config := s.as("root").kubeconfig(t)
	t.Run("described", func(t *testing.T) {
		got := modes(t, mtlsctl(t, "describe", "-A", "--kubeconfig", config, "-o", "json"))
		for workload, want := range map[string]string{
			"old/web": "default PERMISSIVE", "new/web": "canary STRICT", "moved/web": "default PERMISSIVE",
		} {
			if got[workload] != want {
				t.Errorf("%s is %q, want %q", workload, got[workload], want)
			}
		}
	})
	t.Run("connected", func(t *testing.T) {
		got := sends(t, mtlsctl(t, "connections", "-A", "--expand", "--kubeconfig", config, "-o", "json"))
		for call, want := range map[string]string{
			"old/web to new/web": "ISTIO_MUTUAL mtls", "moved/web to new/web": "ISTIO_MUTUAL mtls",
			"new/web to old/web": "PLAINTEXT plaintext", "new/web to new/web": "PLAINTEXT broken",
		} {
			if got[call] != want {
				t.Errorf("%s is %q, want %q", call, got[call], want)
			}
		}
	})
	t.Run("versions", func(t *testing.T) {
		if out := mtlsctl(t, "describe", "-A", "-v", "--kubeconfig", config); !strings.Contains(out.stderr, "Istio 1.30.2, canary 1.31.0") {
			t.Errorf("the versions of the control planes are not in %q", out.stderr)
		}
		out := mtlsctl(t, "diff", "--istio-to", "default=1.31.0", "--expand", "--kubeconfig", config)
		if out.code != 1 || !strings.Contains(out.stdout, "deploy/web.moved -> ledger.example.com:80") || strings.Contains(out.stdout, "deploy/web.new ->") {
			t.Errorf("the upgrade of one control plane: exit %d\n%s%s", out.code, out.stdout, out.stderr)
		}
	})
	t.Run("snapshot", func(t *testing.T) { replays(t, config) })
}

// moves gives a namespace to revision canary and restarts nothing.
func (s *server) moves(t *testing.T, name string) {
	t.Helper()
	ns := &corev1.Namespace{}
	if err := s.Get(context.Background(), types.NamespacedName{Name: name}, ns); err != nil {
		t.Fatal(err)
	}
	delete(ns.Labels, "istio-injection")
	ns.Labels["istio.io/rev"] = "canary"
	if err := s.Update(context.Background(), ns); err != nil {
		t.Fatal(err)
	}
}

// modes are the revision and the default mode of every workload.
func modes(t *testing.T, out output) map[string]string {
	t.Helper()
	var list struct {
		Items []struct{ Namespace, Name, Revision, DefaultMode string }
	}
	if err := json.Unmarshal([]byte(out.stdout), &list); err != nil {
		t.Fatalf("exit %d: %v\n%s", out.code, err, out.stderr)
	}
	found := map[string]string{}
	for _, w := range list.Items {
		found[w.Namespace+"/"+w.Name] = w.Revision + " " + w.DefaultMode
	}
	return found
}

// sends are what clients send to servers, and what becomes of it.
func sends(t *testing.T, out output) map[string]string {
	t.Helper()
	type end struct{ Namespace, Name string }
	var list struct {
		Items []struct {
			Client, Server end
			Sends, Verdict string
		}
	}
	if err := json.Unmarshal([]byte(out.stdout), &list); err != nil {
		t.Fatalf("exit %d: %v\n%s", out.code, err, out.stderr)
	}
	found := map[string]string{}
	for _, c := range list.Items {
		found[c.Client.Namespace+"/"+c.Client.Name+" to "+c.Server.Namespace+"/"+c.Server.Name] = c.Sends + " " + c.Verdict
	}
	return found
}
