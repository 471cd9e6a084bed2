package checks_test

import (
	"strings"
	"testing"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// TestSeenPlaintextIsDenied: traffic shows who an ALLOW policy by identity keeps out, and
// says nothing of another port, or of a client that sends mTLS by now.
func TestSeenPlaintextIsDenied(t *testing.T) {
	t.Parallel()
	c := checks.ByCode("MTLS0501")
	m := read(t, strings.Replace(c.After, "mode: STRICT", "mode: PERMISSIVE", 1))
	pay, now := resolve.Peer{Namespace: "shop", Name: "pay"}, time.Unix(1e9, 0)
	edge := func(client string, port int32, how resolve.Security, at time.Time) evidence.Edge {
		return evidence.Edge{Client: resolve.Peer{Namespace: "old", Name: client}, Server: pay, Service: pay, Port: port, Security: how, Count: 7, LastSeen: at}
	}
	for name, test := range map[string]struct {
		edges []evidence.Edge
		want  string
	}{
		"plaintext":    {[]evidence.Edge{edge("cron", 8080, resolve.SecurityPlaintext, now)}, "allows only principals, but cron.old was observed sending plaintext 7 times: the call has no mTLS identity, so it is denied at port 8080 of deploy/pay (PERMISSIVE)"},
		"port unknown": {[]evidence.Edge{edge("cron", 0, resolve.SecurityPlaintext, now)}, "cron.old was observed"},
		"another port": {[]evidence.Edge{edge("cron", 9090, resolve.SecurityPlaintext, now)}, ""},
		"mTLS":         {[]evidence.Edge{edge("cron", 8080, resolve.SecurityMTLS, now)}, ""},
		"mTLS by now":  {[]evidence.Edge{edge("cron", 8080, resolve.SecurityPlaintext, now), edge("cron", 8080, resolve.SecurityMTLS, now.Add(time.Hour))}, ""},
	} {
		traffic := &evidence.Traffic{Edges: test.edges}
		traffic.Normalize()
		var got []string
		for _, f := range analyze.RunWith(m, []*analyze.Check{c}, analyze.Options{Evidence: evidence.New(traffic, m)}).Findings {
			got = append(got, f.Message)
		}
		if text := strings.Join(got, "\n"); test.want == "" && text != "" || !strings.Contains(text, test.want) {
			t.Errorf("%s: got %q, want %q", name, text, test.want)
		}
	}
}

// TestOtherClusters: whom a policy names may run in another cluster than the one that is
// looked at.
func TestOtherClusters(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"MTLS0506", "MTLS0511"} {
		c := checks.ByCode(code)
		for _, f := range analyze.Run(mesh.Join(clusterOf(t, "one", c.Before), clusterOf(t, "other", c.After)), []*analyze.Check{c}).Findings {
			t.Errorf("%s among clusters: %s", code, f.Message)
		}
	}
}

// clusterOf is a mesh among others.
func clusterOf(t *testing.T, name, text string) *mesh.Mesh {
	t.Helper()
	in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	return mesh.Build(config.Options{Cluster: name}, in.Objects)
}
