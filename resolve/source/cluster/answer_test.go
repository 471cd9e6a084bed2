package cluster_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/cluster"
)

// TestOddAnswers: what an API server answers with 200 and is not what was asked for is a gap
// with its reason, and never an empty list.
func TestOddAnswers(t *testing.T) {
	t.Parallel()
	const policies, pods, config = "/apis/security.istio.io/v1/peerauthentications", "/api/v1/pods", "/api/v1/namespaces/istio-system/configmaps/istio"
	failed := `{"kind":"Status","apiVersion":"v1","status":"Failure","message":"the cache is not filled","code":500}`
	packed := new(bytes.Buffer)
	z := gzip.NewWriter(packed)
	for range 3 << 10 {
		_, _ = z.Write(make([]byte, 1<<10))
	}
	z.Close()
	for name, test := range map[string]struct {
		path, body, want string
		kind             resolve.Kind
	}{
		"a Status":                 {policies, failed, "a Status in the place of a PeerAuthenticationList: the cache is not filled", resolve.KindPeerAuthentication},
		"a Status for pods":        {pods, failed, "a Status in the place of a PodList: the cache is not filled", resolve.KindPod},
		"another list":             {policies, `{"kind":"SidecarList","apiVersion":"networking.istio.io/v1","items":[]}`, "a SidecarList in the place of a PeerAuthenticationList", resolve.KindPeerAuthentication},
		"another list for pods":    {pods, `{"kind":"ServiceList","apiVersion":"v1","items":[]}`, "a v1.ServiceList in the place of a PodList", resolve.KindPod},
		"a list of others":         {policies, `{"kind":"PeerAuthenticationList","apiVersion":"security.istio.io/v1","items":[{"kind":"Sidecar","apiVersion":"networking.istio.io/v1","metadata":{"name":"a","namespace":"b"}}]}`, "networking.istio.io/v1 Sidecar", resolve.KindPeerAuthentication},
		"an object without kind":   {policies, `{"items":[]}`, "a nameless object in the place of a PeerAuthenticationList", resolve.KindPeerAuthentication},
		"a page of a proxy":        {policies, `<html>log in</html>`, "no JSON of Kubernetes", resolve.KindPeerAuthentication},
		"the same page again":      {policies, `{"kind":"PeerAuthenticationList","apiVersion":"security.istio.io/v1","metadata":{"continue":"a"},"items":[]}`, "names the same next page twice", resolve.KindPeerAuthentication},
		"the same page of pods":    {pods, `{"kind":"PodList","apiVersion":"v1","metadata":{"continue":"a"},"items":[]}`, "names the same next page twice", resolve.KindPod},
		"an answer without end":    {policies, strings.Repeat(" ", 3<<20), "longer than 1 MiB", resolve.KindPeerAuthentication},
		"one that unpacks to much": {policies, packed.String(), "longer than 1 MiB", resolve.KindPeerAuthentication},
		"a mesh configuration":     {config, failed, "a Status in the place of a ConfigMap", resolve.KindMeshConfig},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, o := newFakeAPI(t, "../../../testdata/mesh/bookinfo")
			f.instead, o.MaxAnswer = map[string]string{test.path: test.body}, 1<<20
			in, err := cluster.Read(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range in.Cluster.Gaps {
				if g.Kind == test.kind && strings.Contains(g.Reason, test.want) {
					return
				}
			}
			t.Errorf("gaps %v, want %s because of %q", in.Cluster.Gaps, test.kind, test.want)
		})
	}
}

// TestOddDiscovery: a server that does not say what it serves serves not nothing.
func TestOddDiscovery(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"kind":"Status","apiVersion":"v1","message":"not now"}`, `{}`, `[]`, `{"kind":"PodList","apiVersion":"v1","items":[]}`} {
		f, o := newFakeAPI(t, "../../../testdata/mesh/bookinfo")
		f.instead = map[string]string{"/apis": body}
		if in, err := cluster.Read(t.Context(), o); err == nil {
			t.Errorf("%s to /apis: no error, and %d gaps", body, len(in.Cluster.Gaps))
		} else if !strings.Contains(err.Error(), "the server") {
			t.Errorf("%s to /apis: %v", body, err)
		}
	}
}

// answerInstead answers a path with a body of the test's.
func (f *fakeAPI) answerInstead(w http.ResponseWriter, path string) bool {
	body, odd := f.instead[path]
	if !odd {
		return false
	}
	w.Header().Set("Content-Type", "application/json")
	if strings.HasPrefix(body, "\x1f\x8b") {
		w.Header().Set("Content-Encoding", "gzip")
	}
	_, _ = w.Write([]byte(body))
	return true
}
