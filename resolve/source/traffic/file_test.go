package traffic_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

var end = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func seen() *resolve.Traffic {
	pay := resolve.Peer{Namespace: "shop", Name: "pay"}
	t := &resolve.Traffic{
		Source: "Prometheus http://prometheus:9090", From: end.Add(-time.Hour), To: end, Missing: []string{"no Istio metrics before noon, or so"},
		Edges: []resolve.Edge{
			{Client: resolve.Peer{Namespace: "shop", Name: "web"}, Server: pay, Service: pay, Protocol: "http", Security: resolve.SecurityMTLS, Count: 12.5, LastSeen: end},
			{Server: pay, Service: pay, Protocol: "tcp", Security: resolve.SecurityPlaintext, Count: 1, LastSeen: end.Add(-time.Minute)},
			{Client: resolve.Peer{Namespace: "a,b", Name: `q"uoted`}, Server: pay, Protocol: "grpc", Count: 0, LastSeen: end},
		},
	}
	t.Normalize()
	return t
}

// TestRecordsReadBack: a record survives both formats.
func TestRecordsReadBack(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(*bytes.Buffer, *resolve.Traffic) error{
		"t.json": func(b *bytes.Buffer, t *resolve.Traffic) error { return traffic.WriteJSON(b, t) },
		"t.CSV":  func(b *bytes.Buffer, t *resolve.Traffic) error { return traffic.WriteCSV(b, t) },
	} {
		var b bytes.Buffer
		if err := write(&b, seen()); err != nil {
			t.Fatal(err)
		}
		got, err := traffic.ReadFile(file(t, name, b.String()))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(seen(), got); diff != "" {
			t.Errorf("resolve/source/traffic: %s (-written +read)\n%s", name, diff)
		}
	}
}

func file(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestRecordsByHand: columns in any order; without times nobody may conclude anything.
func TestRecordsByHand(t *testing.T) {
	t.Parallel()
	got, err := traffic.ReadFile(file(t, "t.csv", "security,count,client,clientNamespace,server,serverNamespace,service,serviceNamespace,protocol,lastSeen\nnone,3,report,batch,pay,shop,pay,shop,http,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Edges) != 1 || got.Edges[0].Client.String() != "report.batch" || got.Edges[0].Security != resolve.SecurityPlaintext || len(got.Missing) != 1 {
		t.Errorf("resolve/source/traffic/csv.go: %+v", got)
	}
}

// TestRecordsThatAreNone are refused, with the place.
func TestRecordsThatAreNone(t *testing.T) {
	t.Parallel()
	const head = "clientNamespace,client,serverNamespace,server,serviceNamespace,service,protocol,security,count,lastSeen\n"
	for _, c := range []struct{ name, text, want string }{
		{"t.csv", "", "no header"},
		{"t.csv", "a,b\n", "the header has no column clientNamespace"},
		{"t.csv", head + ",,,,,,http,mtls,1,\n", `line 2: unknown security "mtls": one of [unknown mutual_tls none]`},
		{"t.csv", head + ",,,,,,http,none,many,\n", `line 2: count "many"`},
		{"t.csv", head + ",,,,,,http,none,1,noon\n", `line 2: lastSeen "noon"`},
		{"t.csv", head + ",,,,,,smtp,none,1,\n", `protocol "smtp": one of [http grpc tcp]`},
		{"t.csv", head + ",,,,,,http,none,-1,\n", "count -1"},
		{"t.csv", head + ",,,,,,http,none,NaN,\n", "count NaN"},
		{"t.csv", "# from: soon\n" + head, "# from: soon"},
		{"t.csv", "# from: 2026-01-02T00:00:00Z\n# to: 2026-01-01T00:00:00Z\n" + head, "which is before"},
		{"t.json", "{", "not a record of traffic"},
		{"t.json", "{}", "want mtlsctl.io/v1alpha1 Traffic"},
		{"t.json", `{"apiVersion": "mtlsctl.io/v1alpha1", "kind": "Traffic", "edges": []}`, "unknown field"},
	} {
		if _, err := traffic.ReadFile(file(t, c.name, c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("resolve/source/traffic: %q: %v, want %q", c.text, err, c.want)
		}
	}
	if _, err := traffic.ReadFile("nowhere.json"); err == nil {
		t.Error("resolve/source/traffic/file.go: reads what is not there")
	}
}
