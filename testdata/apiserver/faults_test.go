package apiserver

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"
)

// TestFaults puts the proxy between mtlsctl and a story's server: what passes
// after a while costs nothing but time, and what does not pass is a gap.
func TestFaults(t *testing.T) {
	s := start(t)
	s.tell(t, fileOf("bookinfo"))
	whole := mtlsctl(t, describing(s.as("root").kubeconfig(t))...)
	if complete(t, whole); t.Failed() {
		return // there is nothing to compare with
	}
	t.Run("passes", func(t *testing.T) { s.passes(t, whole) })
	t.Run("stays", func(t *testing.T) { s.stays(t, whole) })
}

// describing are the arguments that read a cluster in pages of two.
func describing(config string, more ...string) []string {
	return append([]string{"describe", "-A", "--kubeconfig", config, "--chunk-size", "2", "-o", "json"}, more...)
}

// passes are faults after which the whole answer comes, byte for byte.
func (s *server) passes(t *testing.T, whole output) {
	for name, f := range map[string]func() *fault{
		"an expired page of pods":       func() *fault { return expired(lists("pods", true), 1) },
		"an expired page of policies":   func() *fault { return expired(lists("peerauthentications", true), 1) },
		"two expired pages":             func() *fault { return expired(lists("services", true), 2) },
		"busy with the first page":      func() *fault { return busy(lists("pods", false), 2) },
		"busy with a later page":        func() *fault { return busy(lists("destinationrules", false), 2) },
		"500 with the first page":       func() *fault { return failing(lists("pods", false), 2, http.StatusInternalServerError) },
		"503 with a later page":         func() *fault { return failing(lists("pods", true), 2, http.StatusServiceUnavailable) },
		"500 with discovery":            func() *fault { return failing(lists("apis", false), 1, http.StatusInternalServerError) },
		"all pages expired":             func() *fault { return expired(lists("pods", true), 0) }, // then it asks without pages
		"a slow body":                   func() *fault { return trickling(lists("pods", false), 20, 20*time.Millisecond) },
		"a body cut in the middle":      func() *fault { return cut(lists("pods", false), 1) },
		"a later body cut":              func() *fault { return cut(lists("pods", true), 1) },
		"a body of Istio's objects cut": func() *fault { return cut(lists("peerauthentications", true), 1) },
	} {
		for _, http2 := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, HTTP/2 %t", name, http2), func(t *testing.T) {
				p := s.through(t, http2, f())
				out := mtlsctl(t, describing(p.as("root").kubeconfig(t))...)
				complete(t, out)
				identical(t, whole, out)
				if p.happened() == 0 {
					t.Error("the fault never happened")
				}
			})
		}
	}
}

// stays are faults that do not go away: in time, mtlsctl names what is missing, and
// does not print what it has as if it were everything.
func (s *server) stays(t *testing.T, whole output) {
	const timeout = 8 * time.Second
	for name, c := range map[string]struct {
		fault   *fault
		missing string
	}{
		"always busy":  {busy(lists("pods", false), 0), "pods"},
		"always 500":   {failing(lists("sidecars", false), 0, http.StatusInternalServerError), "sidecars.networking.istio.io"},
		"always 503":   {failing(lists("services", true), 0, http.StatusServiceUnavailable), "services"},
		"always cut":   {cut(lists("pods", true), 0), "pods"},
		"hanging":      {hanging(lists("peerauthentications", false)), "peerauthentications.security.istio.io"},
		"far too slow": {trickling(lists("pods", true), 200, time.Second), "pods"},
		"going away":   {leaving(lists("pods", true)), "pods"},
	} {
		t.Run(name, func(t *testing.T) {
			p := s.through(t, true, c.fault)
			config := p.as("root").kubeconfig(t)
			out := mtlsctl(t, describing(config, "--timeout", timeout.String(), "--request-timeout", "3s")...)
			if out.code != 3 || !slices.Contains(gaps(out.stderr), c.missing) {
				t.Errorf("exit %d, gaps %q, and %s could not be listed\n%s", out.code, gaps(out.stderr), c.missing, out.stderr)
			}
			if out.stdout == whole.stdout {
				t.Error("the answer looks whole")
			}
			if out.took > 4*timeout { // beside other work; without a limit it would be killed after minutes
				t.Errorf("it took %v, and --timeout is %v", out.took, timeout)
			}
			plain(t, out)
		})
	}
}
