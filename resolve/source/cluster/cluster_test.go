package cluster_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/outbound"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

var bookinfo = filepath.Join("..", "..", "..", "testdata", "mesh", "bookinfo")

// resolved is what an Input comes to, in words that do not say where it was read.
func resolved(in *source.Input) string {
	return resolvedWith(in, &config.Options{MeshConfig: in.MeshConfig})
}

func resolvedWith(in *source.Input, options *config.Options) string {
	if in.Cluster != nil {
		options.Gaps, options.NoShared = in.Cluster.Gaps, in.Cluster.NoShared
	}
	return answersOf(mesh.Build(*options, in.Objects))
}

// answersOf are the modes and calls of a mesh, in words that do not say where it was read.
func answersOf(m *mesh.Mesh) string {
	var out strings.Builder
	for _, w := range m.Workloads() {
		fmt.Fprintf(&out, "%s: %s, %s\n", w.Ref, w.Membership.Dataplane, words.Because(w.Membership.Why))
		for i := range w.Ports {
			p := &w.Ports[i]
			fmt.Fprintf(&out, "  %d %s %s %s %v\n", p.Number, p.Protocol, p.Decision.Mode, words.Because(p.Decision.Why), p.Services)
		}
	}
	for c := range m.Connections(outbound.Filter{}) {
		fmt.Fprintf(&out, "%s -> %s:%d%s %s %s: %s\n", c.Client, c.Host.Name, c.Port.Number, c.Subset, c.Sends.TLS, c.Outcome.Verdict, words.Because(c.Sends.Reason()))
	}
	return out.String()
}

func readFiles(t *testing.T, files ...string) *source.Input {
	t.Helper()
	in, err := source.Read(t.Context(), source.Options{Files: files})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func readCluster(t *testing.T, o cluster.Options) *source.Input {
	t.Helper()
	in, err := cluster.Read(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// TestClusterAnswersAsFiles: the same objects give the same answers, whether they
// come from files, from an API server or from a snapshot of it.
func TestClusterAnswersAsFiles(t *testing.T) {
	t.Parallel()
	stories, err := filepath.Glob(filepath.Join(filepath.Dir(bookinfo), "*"))
	if err != nil || len(stories) < 3 {
		t.Fatalf("stories %v: %v", stories, err)
	}
	for _, story := range stories {
		t.Run(filepath.Base(story), func(t *testing.T) {
			t.Parallel()
			answersAsFiles(t, story)
		})
	}
}

func answersAsFiles(t *testing.T, story string) {
	t.Helper()
	want := resolved(readFiles(t, story))
	api, o := newFakeAPI(t, story)
	o.Keep = true
	in := readCluster(t, o)
	if diff := cmp.Diff(want, resolved(in)); diff != "" {
		t.Errorf("files and cluster differ (-files +cluster)\n%s", diff)
	}
	if len(in.Problems) > 0 || len(in.Cluster.Gaps) > 0 {
		t.Errorf("problems %v, gaps %v", in.Problems, in.Cluster.Gaps)
	}
	for _, call := range api.asked {
		if !strings.HasPrefix(call, "GET ") || strings.Contains(call, "secrets") {
			t.Errorf("it asked %s", call)
		}
	}
	file := filepath.Join(t.TempDir(), "mesh.yaml")
	writeSnapshot(t, file, in)
	again := readFiles(t, file)
	if diff := cmp.Diff(want, resolved(again)); diff != "" {
		t.Errorf("files and snapshot differ (-files +snapshot)\n%s", diff)
	}
	if again.Cluster == nil || again.Cluster.Name != "fake" || again.Stats.Files != 0 {
		t.Errorf("the snapshot does not say that it is one: %+v, %d files", again.Cluster, again.Stats.Files)
	}
}

func writeSnapshot(t *testing.T, file string, in *source.Input) {
	t.Helper()
	var b bytes.Buffer
	if err := cluster.WriteSnapshot(&b, in, false); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "manager: test") {
		t.Error("the snapshot keeps the API server's bookkeeping")
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestClusterComesThrough: what passes costs nothing but time.
func TestClusterComesThrough(t *testing.T) {
	t.Parallel()
	want := resolved(readFiles(t, bookinfo))
	const policies = "/apis/security.istio.io/v1/peerauthentications"
	for name, no := range map[string]refusal{
		"busy": {code: 429, times: 2}, "failing": {code: 500, times: 1}, "an expired page": {code: 410, times: 1, later: true},
		"pages that always expire": {code: 410, times: 2, later: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api, o := newFakeAPI(t, bookinfo)
			api.refuse[policies] = &no
			if diff := cmp.Diff(want, resolved(readCluster(t, o))); diff != "" {
				t.Errorf("something was lost (-files +cluster)\n%s", diff)
			}
		})
	}
}

// TestClusterGaps: a kind that cannot be listed is named, and what depends on it is
// unknown.
func TestClusterGaps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ url, gap, unknown string }{
		{"/apis/security.istio.io/v1/peerauthentications", "cannot list peerauthentications.security.istio.io in all namespaces: forbidden", "9080 HTTP UNKNOWN"},
		{"/apis/networking.istio.io/v1/destinationrules", "cannot list destinationrules.networking.istio.io in all namespaces: forbidden", "UNKNOWN unknown"},
		{"/apis/networking.istio.io/v1/sidecars", "cannot list sidecars.networking.istio.io in all namespaces: forbidden", "UNKNOWN unknown"},
		{"/api/v1/pods", "cannot list pods in all namespaces: forbidden", "Deployment bookinfo/details: unknown, cannot list pods"},
	} {
		api, o := newFakeAPI(t, bookinfo)
		always := func(url string) { api.refuse[url] = &refusal{code: 403, times: -1} }
		always(c.url)
		for _, ns := range []string{"bookinfo", "legacy", "istio-system"} {
			i := strings.LastIndex(c.url, "/")
			always(c.url[:i] + "/namespaces/" + ns + c.url[i:])
		}
		in := readCluster(t, o)
		if len(in.Cluster.Gaps) != 1 || in.Cluster.Gaps[0].String() != c.gap {
			t.Errorf("%s: gaps %v, want %q", c.url, in.Cluster.Gaps, c.gap)
		}
		if got := resolved(in); !strings.Contains(got, c.unknown) {
			t.Errorf("%s: no %q in\n%s", c.url, c.unknown, got)
		}
	}
}

// TestClusterByNamespace: where listing everywhere is forbidden, each namespace is
// asked.
func TestClusterByNamespace(t *testing.T) {
	t.Parallel()
	api, o := newFakeAPI(t, bookinfo)
	const rules = "/apis/networking.istio.io/v1/destinationrules"
	api.refuse[rules] = &refusal{code: 403, times: -1}
	api.refuse["/apis/networking.istio.io/v1/namespaces/legacy/destinationrules"] = &refusal{code: 403, times: -1}
	in := readCluster(t, o)
	want := "cannot list destinationrules.networking.istio.io in namespace legacy: forbidden"
	if len(in.Cluster.Gaps) != 1 || in.Cluster.Gaps[0].String() != want {
		t.Errorf("gaps %v, want %q", in.Cluster.Gaps, want)
	}
}

// TestClusterUnreachable: where nothing can be read, one line says why, and what to
// do next.
func TestClusterUnreachable(t *testing.T) {
	t.Parallel()
	api, o := newFakeAPI(t, bookinfo)
	api.refuse["/apis"] = &refusal{code: 401, times: -1}
	_, err := cluster.Read(t.Context(), o)
	var u *cluster.Unreachable
	if !errors.As(err, &u) || u.Hint == "" || !strings.Contains(err.Error(), "fake (http") || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
}
