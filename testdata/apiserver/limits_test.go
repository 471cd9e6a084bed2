package apiserver

import (
	"regexp"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestLimits: a request that the user limited is sent once, and what is said of a limit
// names the one that ended the run and a longer one.
func TestLimits(t *testing.T) {
	s := start(t)
	s.tell(t, fileOf("bookinfo"))
	t.Run("of a list", func(t *testing.T) {
		p := s.through(t, true, hanging(lists("peerauthentications", false)))
		out := mtlsctl(t, describing(p.as("root").kubeconfig(t), "--request-timeout", "2s")...)
		incomplete(t, out, "peerauthentications.security.istio.io")
		if n := p.happened(); n != 1 || !strings.Contains(out.stderr, "no answer within --request-timeout") {
			t.Errorf("sent %d times\n%s", n, out.stderr)
		}
	})
	for name, c := range map[string]struct{ flags, says string }{
		"of the first request": {"--request-timeout 1500ms", `no answer within --request-timeout \(1.5s\)\nhint: --request-timeout 3s waits longer`},
		"of all":               {"--timeout 2s", `no answer within --timeout \(2s\)\nhint: --timeout 4s waits longer`},
	} {
		t.Run(name, func(t *testing.T) {
			p := s.through(t, true, hanging(lists("apis", false)))
			out := mtlsctl(t, describing(p.as("root").kubeconfig(t), strings.Fields(c.flags)...)...)
			refused(t, out)
			if !regexp.MustCompile(c.says).MatchString(out.stderr) {
				t.Errorf("it does not say %s\n%s", c.says, out.stderr)
			}
			if n := p.happened(); n != 1 {
				t.Errorf("sent %d times", n)
			}
		})
	}
	t.Run("a bare Job", func(t *testing.T) { s.countsAlike(t) })
}

// countsAlike: the last line of stderr and the last of the table count the same workloads,
// those too that only their pods show.
func (s *server) countsAlike(t *testing.T) {
	s.create(t, jobPod())
	config := s.as("root").kubeconfig(t)
	out := mtlsctl(t, "describe", "-A", "-v", "--kubeconfig", config)
	counted := regexp.MustCompile(`(\d+) workloads`)
	table, read := counted.FindString(out.stdout), counted.FindString(out.stderr)
	if table == "" || table != read || !strings.Contains(out.stdout, "job/migrate") {
		t.Errorf("the table has %q, the last line %q\n%s%s", table, read, out.stdout, out.stderr)
	}
	named := mtlsctl(t, "describe", "deploy/reviews.bookinfo", "--kubeconfig", config)
	if strings.Contains(named.stderr, "namespace default") {
		t.Errorf("nobody asked about namespace default\n%s", named.stderr)
	}
}

// jobPod is a pod of a Job: Jobs themselves are not listed.
func jobPod() *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "bookinfo", Name: "migrate-x2k4p", Labels: map[string]string{"job-name": "migrate"},
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(&metav1.ObjectMeta{Name: "migrate", UID: "1"}, batchv1.SchemeGroupVersion.WithKind("Job"))},
		},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "migrate", Image: "registry.example.com/migrate:1"}}},
	}
}
