package apiserver

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
)

const watchedPolicies = "peerauthentications.security.istio.io"

// TestWatch follows a story with the rights that mtlsctl rbac prints: what kubectl changes, a right
// that is taken away, an API server that is killed and comes back. The server's audit log is read
// at the end.
func TestWatch(t *testing.T) {
	s := start(t)
	s.tell(t, fileOf("bookinfo"))
	rules := s.watching(t)
	s.allow(t, "granted", rules)
	w := watches(t, s.as("granted").kubeconfig(t))

	t.Run("changes", func(t *testing.T) {
		w.t = t
		s.setsMode(t, "PERMISSIVE")
		w.line(`weaker port deploy/details\.bookinfo:9080.*: STRICT -> PERMISSIVE because PeerAuthentication bookinfo/watched is new \(by kubectl-client-side-apply at `)
		w.metric(`^mtlsctl_changes_total\{effect="weaker",type="port"\} [1-9]`)
		s.setsMode(t, "DISABLE")
		w.line(`weaker port deploy/details\.bookinfo:9080.*: PERMISSIVE -> DISABLE because PeerAuthentication bookinfo/watched changed`)
		s.setsMode(t, "STRICT")
		w.line(`stronger port deploy/details\.bookinfo:9080.*: DISABLE -> STRICT`)
		w.metric(`^mtlsctl_blind_resources 0$`)
	})
	t.Run("a right that is taken away", func(t *testing.T) {
		w.t = t
		s.allow(t, "granted", withoutResource(rules, "peerauthentications"))
		w.line(`blind ` + watchedPolicies + `: .*forbidden`)
		w.metric(`^mtlsctl_blind\{refused="true",resource="` + watchedPolicies + `"\} 1$`)
		if body := w.metrics(); strings.Contains(body, `dataplane="sidecar",mode="STRICT"`) {
			t.Errorf("a port is STRICT although no policy may be read\n%s", body)
		}
		s.setsMode(t, "PERMISSIVE")
		s.allow(t, "granted", rules)
		w.line(`readable ` + watchedPolicies)
		w.line(`weaker port deploy/details\.bookinfo:9080.*: STRICT -> PERMISSIVE because PeerAuthentication bookinfo/watched changed`)
		w.metric(`^mtlsctl_blind_resources 0$`)
	})
	t.Run("an API server that is killed", func(t *testing.T) {
		w.t = t
		s.setsMode(t, "STRICT")
		w.line(`stronger port deploy/details\.bookinfo:9080.*: PERMISSIVE -> STRICT`)
		again := s.killed(t)
		w.line(`blind ` + watchedPolicies)
		w.metric(`^mtlsctl_blind\{refused="false",resource="` + watchedPolicies + `"\} 1$`)
		if body := w.metrics(); strings.Contains(body, `dataplane="sidecar",mode="STRICT"`) {
			t.Errorf("a port is STRICT although the server is away\n%s", body)
		}
		again()
		w.line(`readable ` + watchedPolicies)
		w.metric(`^mtlsctl_blind_resources 0$`)
		w.metric(`^mtlsctl_ports\{dataplane="sidecar",mode="STRICT",namespace="bookinfo"\} [1-9]`)
		s.settles(t)
		s.setsMode(t, "DISABLE")
		w.line(`weaker port deploy/details\.bookinfo:9080.*: STRICT -> DISABLE`)
	})
	w.t = t
	w.stops()
}

// watching are the rules that mtlsctl rbac prints for watch.
func (s *server) watching(t *testing.T) (rules []rbacv1.PolicyRule) {
	t.Helper()
	objects, err := parse(strings.NewReader(mtlsctl(t, "rbac", "--only", "watch").stdout))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects {
		rules = append(rules, typed[rbacv1.ClusterRole](t, o).Rules...)
	}
	for _, r := range rules {
		for _, verb := range r.Verbs {
			if !slices.Contains([]string{"get", "list", "watch"}, verb) {
				t.Errorf("watch asks for more than reading: %v", r)
			}
		}
	}
	return rules
}

func withoutResource(rules []rbacv1.PolicyRule, resource string) (out []rbacv1.PolicyRule) {
	for _, r := range rules {
		r.Resources = slices.DeleteFunc(slices.Clone(r.Resources), func(name string) bool { return name == resource })
		if len(r.Resources) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// setsMode applies a policy about a workload of the story, as a user does.
func (s *server) setsMode(t *testing.T, mode string) {
	t.Helper()
	s.kubectl(t, "apply", "-f", written(t, t.TempDir(), "policy.yaml", fmt.Sprintf(`apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: watched, namespace: bookinfo}
spec:
  selector: {matchLabels: {app: details}}
  mtls: {mode: %s}
`, mode)))
}
