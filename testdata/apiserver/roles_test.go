package apiserver

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
)

// TestRoles looks at one story with the eyes of users who may do less and less.
func TestRoles(t *testing.T) {
	s := start(t)
	s.tell(t, fileOf("bookinfo"))
	whole := mtlsctl(t, "describe", "-A", "--kubeconfig", s.as("root").kubeconfig(t), "-o", "json")
	t.Run("reads everything", func(t *testing.T) {
		s.allow(t, "reader", reading())
		out := mtlsctl(t, "describe", "-A", "--kubeconfig", s.as("reader").kubeconfig(t), "-o", "json")
		complete(t, out)
		identical(t, whole, out)
	})
	t.Run("reads all but one", func(t *testing.T) { s.lacks(t) })
	t.Run("reads one namespace", func(t *testing.T) { s.isTenant(t) })
	t.Run("reads nothing", func(t *testing.T) {
		out := mtlsctl(t, "describe", "-A", "--kubeconfig", s.as("nobody").kubeconfig(t))
		if out.code != 3 || !strings.Contains(out.stderr, "pods") || !strings.Contains(out.stderr, "peerauthentications.security.istio.io") {
			t.Errorf("exit %d\n%s", out.code, out.stderr)
		}
		plain(t, out)
	})
	t.Run("impersonates", func(t *testing.T) {
		const missing = "destinationrules.networking.istio.io"
		s.allow(t, "reduced", reading(missing))
		as := mtlsctl(t, "connections", "-A", "--kubeconfig", s.as("root").kubeconfig(t), "--as", "reduced", "-o", "json")
		incomplete(t, as, missing)
		identical(t, mtlsctl(t, "connections", "-A", "--kubeconfig", s.as("reduced").kubeconfig(t), "-o", "json"), as)
	})
	t.Run("rbac", func(t *testing.T) { s.grants(t) })
}

// clientSide are resources that only what clients send depends on.
var clientSide = map[string]bool{"destinationrules.networking.istio.io": true, "endpointslices.discovery.k8s.io": true}

// lacks takes one right after the other from a user: each is one named gap.
func (s *server) lacks(t *testing.T) {
	config := s.as("reduced").kubeconfig(t)
	for _, missing := range []string{
		"destinationrules.networking.istio.io", "peerauthentications.security.istio.io", "sidecars.networking.istio.io",
		"serviceentries.networking.istio.io", "pods", "services", "namespaces", "endpointslices.discovery.k8s.io",
		"deployments.apps", "mutatingwebhookconfigurations.admissionregistration.k8s.io",
	} {
		t.Run(missing, func(t *testing.T) {
			s.allow(t, "reduced", reading(missing))
			for _, report := range reports {
				out := mtlsctl(t, report, "-A", "--kubeconfig", config)
				if report == "describe" && clientSide[missing] {
					complete(t, out) // no mode depends on it
					continue
				}
				if report == "analyze" && out.code == 1 {
					out.code = 3 // findings come before what is missing, which is said all the same
				}
				incomplete(t, out, missing)
				if !strings.Contains(out.stderr, "forbidden") {
					t.Errorf("%s: nothing says forbidden\n%s", report, out.stderr)
				}
			}
		})
	}
}

// isTenant is a user with rights in one namespace only, whose lists fall back to
// that namespace: its workloads are there, and the rest is a gap.
func (s *server) isTenant(t *testing.T) {
	s.allow(t, "tenant", reading(), "bookinfo")
	out := mtlsctl(t, "describe", "-n", "bookinfo", "--kubeconfig", s.as("tenant").kubeconfig(t), "-o", "json")
	if out.code != 3 || slices.Contains(gaps(out.stderr), "pods") {
		t.Errorf("exit %d\n%s", out.code, out.stderr)
	}
	var list struct{ Items []struct{ Name string } }
	if err := json.Unmarshal([]byte(out.stdout), &list); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, w := range list.Items {
		names = append(names, w.Name)
	}
	if want := []string{"details", "loadgen", "productpage", "ratings", "reviews"}; !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
	plain(t, out)
}

// grants gives a user what "mtlsctl rbac" prints, which is enough, and then all of
// it but one resource, which "mtlsctl rbac --check" misses.
func (s *server) grants(t *testing.T) {
	var rules []rbacv1.PolicyRule
	objects, err := parse(strings.NewReader(mtlsctl(t, "rbac").stdout))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects {
		if o.GetKind() == "ClusterRole" {
			rules = append(rules, typed[rbacv1.ClusterRole](t, o).Rules...)
		}
	}
	for _, r := range rules {
		if slices.Contains(r.Resources, "secrets") || len(slices.DeleteFunc(slices.Clone(r.Verbs), func(v string) bool { return v == "get" || v == "list" })) > 0 {
			t.Errorf("the role asks for more than reading: %v", r)
		}
	}
	s.allow(t, "granted", rules)
	config := s.as("granted").kubeconfig(t)
	for _, report := range reports {
		complete(t, mtlsctl(t, report, "-A", "--kubeconfig", config))
	}
	if out := mtlsctl(t, "rbac", "--check", "--kubeconfig", config); out.code != 0 {
		t.Errorf("rbac --check: exit %d\n%s%s", out.code, out.stdout, out.stderr)
	}
	const missing = "destinationrules.networking.istio.io"
	s.allow(t, "reduced", reading(missing))
	if out := mtlsctl(t, "rbac", "--check", "--kubeconfig", s.as("reduced").kubeconfig(t)); out.code != 3 || !strings.Contains(out.stdout+out.stderr, missing) {
		t.Errorf("rbac --check: exit %d, and %s is missing\n%s%s", out.code, missing, out.stdout, out.stderr)
	}
}
