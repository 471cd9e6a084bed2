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
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

var end = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func seen() *evidence.Traffic {
	pay := resolve.Peer{Namespace: "shop", Name: "pay"}
	t := &evidence.Traffic{
		Source: "Prometheus http://prometheus:9090", From: end.Add(-time.Hour), To: end, Missing: []string{"no Istio metrics before noon, or so"},
		Edges: []evidence.Edge{
			{Client: resolve.Peer{Namespace: "shop", Name: "web"}, Server: pay, Service: pay, Protocol: "http", Security: resolve.SecurityMTLS, Count: 12.5, LastSeen: end},
			{Server: pay, Service: pay, Protocol: "tcp", Security: resolve.SecurityPlaintext, Count: 1, LastSeen: end.Add(-time.Minute)},
			{Client: resolve.Peer{Namespace: "a,b", Name: `q"uoted`}, Server: pay, Protocol: "grpc", Count: 0, LastSeen: end},
			{
				Client: resolve.Peer{Address: "fd00::1", Namespace: "shop", ServiceAccount: "web"}, Server: resolve.Peer{Pod: "pay-0", Address: "10.0.0.1"},
				Service: pay, ServicePort: 80, Port: 8080, Protocol: "http", Security: resolve.SecurityMTLS, Count: 1, LastSeen: end,
			},
		},
		Failures: []evidence.Failure{
			{Client: resolve.Peer{Pod: "web-0"}, Server: resolve.Peer{Address: "10.0.0.1"}, Service: pay, ServicePort: 80, Port: 8080, Kind: evidence.FailureHandshake, Detail: "WRONG_VERSION_NUMBER", Count: 2, LastSeen: end},
			{Server: pay, Kind: evidence.FailurePlaintext, Count: 1, LastSeen: end},
		},
		HandshakesCollected: true, Reporters: []resolve.Peer{{Address: "10.0.0.1"}, {Namespace: "shop", Pod: "pay-0"}, pay},
	}
	t.Normalize()
	return t
}

// TestRecordsReadBack: a record survives both formats.
func TestRecordsReadBack(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(*bytes.Buffer, *evidence.Traffic) error{
		"t.json": func(b *bytes.Buffer, t *evidence.Traffic) error { return traffic.WriteJSON(b, t) },
		"t.CSV":  func(b *bytes.Buffer, t *evidence.Traffic) error { return traffic.WriteCSV(b, t) },
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

// TestRecordOfNobody: that nobody reported is not that everybody did.
func TestRecordOfNobody(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(*bytes.Buffer, *evidence.Traffic) error{
		"t.json": func(b *bytes.Buffer, t *evidence.Traffic) error { return traffic.WriteJSON(b, t) },
		"t.csv":  func(b *bytes.Buffer, t *evidence.Traffic) error { return traffic.WriteCSV(b, t) },
	} {
		for _, reporters := range [][]resolve.Peer{nil, {}} {
			var b bytes.Buffer
			if err := write(&b, &evidence.Traffic{Source: "a", From: end, To: end, Reporters: reporters}); err != nil {
				t.Fatal(err)
			}
			if got, err := traffic.ReadFile(file(t, name, b.String())); err != nil || (got.Reporters == nil) != (reporters == nil) {
				t.Errorf("resolve/source/traffic: %s: reporters %#v, want %#v, %v", name, got, reporters, err)
			}
		}
	}
}

// TestRecordsByHand: columns in any order; without times nobody may conclude anything.
func TestRecordsByHand(t *testing.T) {
	t.Parallel()
	got, err := traffic.ReadFile(file(t, "t.csv", "security,count,client,clientNamespace,server,serverNamespace,service,serviceNamespace,protocol,lastSeen\nnone,3,report,batch,pay,shop,pay,shop,http,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Edges) != 1 || got.Edges[0].Client.String() != "report.batch" || got.Edges[0].Security != resolve.SecurityPlaintext || len(got.Missing) != 1 {
		t.Errorf("columns in another order are read to %+v", got)
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
		{"t.csv", strings.Replace(head, "lastSeen", "lastSeen,port", 1) + ",,,,,,http,none,1,,http\n", `line 2: port "http": want 0 to 65535`},
		{"t.csv", strings.Replace(head, "lastSeen", "lastSeen,failure", 1) + ",,,,,,,,1,,oops\n", `failure "oops": one of ["tls handshake"`},
		{"t.csv", "# reporter: pay\n" + head, "# reporter: pay: want NAMESPACE,NAME,POD,ADDRESS"},
		{"t.csv", head + ",,,,,,smtp,none,1,\n", `protocol "smtp": one of [http grpc tcp]`},
		{"t.csv", head + ",,,,,,http,none,-1,\n", "count -1"},
		{"t.csv", head + ",,,,,,http,none,NaN,\n", "count NaN"},
		{"t.csv", "# from: soon\n" + head, "# from: soon"},
		{"t.csv", "# from: 2026-01-02T00:00:00Z\n# to: 2026-01-01T00:00:00Z\n" + head, "which is before"},
		{"t.json", "{", "not a record of traffic"},
		{"t.json", `{"apiVersion": "mtlsctl.io/v1alpha1", "kind": "Traffic", "items": [{"protocol": "http", "security": "none", "port": -1}]}`, "port -1, servicePort 0: want 0 to 65535"},
		{"t.json", `{"apiVersion": "mtlsctl.io/v1alpha1", "kind": "Traffic", "failures": [{"failure": "closed", "count": -1}]}`, "count -1"},
		{"t.json", "{}", "want mtlsctl.io/v1alpha1 Traffic"},
		{"t.json", `{"apiVersion": "mtlsctl.io/v1alpha1", "kind": "Traffic", "edges": []}`, "unknown field"},
	} {
		if _, err := traffic.ReadFile(file(t, c.name, c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("resolve/source/traffic: %q: %v, want %q", c.text, err, c.want)
		}
	}
	if _, err := traffic.ReadFile("nowhere.json"); err == nil {
		t.Error("a file that is not there is read")
	}
}
