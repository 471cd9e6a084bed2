package migrate_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mtlsctl/mtlsctl/analyze/advise"
	"github.com/mtlsctl/mtlsctl/analyze/migrate"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/evidence"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
	"github.com/mtlsctl/mtlsctl/resolve/source/traffic"
)

const testdata = "../../testdata"

// meshOf reads and resolves files.
func meshOf(t *testing.T, files ...string) *mesh.Mesh {
	t.Helper()
	in, err := source.Read(context.Background(), source.Options{Files: files})
	if err != nil {
		t.Fatal(err)
	}
	return mesh.Build(config.Options{MeshConfig: in.MeshConfig}, in.Objects)
}

func recordOf(t *testing.T, file string) *evidence.Traffic {
	t.Helper()
	seen, err := traffic.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// standing is "deploy/web 8080 READY strict no plaintext seen" for every port.
func standing(m *mesh.Mesh, o advise.Options) []string {
	var out []string
	for _, w := range migrate.Assess(m, advise.New(m, o), nil) {
		for _, p := range w.Ports {
			out = append(out, fmt.Sprintf("%s %d %s %s %s", w.Short(), p.Advice.Port.Number, p.Status, p.Path.Leaf.ID, p.Stage))
		}
	}
	return out
}

// TestMarket tells where every port of a story stands, and that the story reaches every
// leaf of the tree.
func TestMarket(t *testing.T) {
	m := meshOf(t, filepath.Join(testdata, "mesh", "market"))
	e := evidence.New(recordOf(t, filepath.Join(testdata, "traffic", "market.csv")), m)
	want := []string{
		"sts/mysqldb 3306 BLOCKED disable no sidecar",
		"deploy/catalog 8080 READY strict no plaintext seen",
		"deploy/catalog 9100 BLOCKED port PERMISSIVE",
		"deploy/catalog 9443 BLOCKED port PERMISSIVE",
		"deploy/feed 8080 BLOCKED settle PERMISSIVE",
		"deploy/mail 8080 BLOCKED port sidecar deployed",
		"deploy/partner 8080 BLOCKED open PERMISSIVE",
		"deploy/pay 8080 BLOCKED migrate PERMISSIVE",
		"deploy/search 8080 STRICT strict verified",
		"deploy/stock 8080 WAITING settle clients moved",
		"deploy/web 8080 READY strict no plaintext seen",
	}
	got := standing(m, advise.Options{Evidence: e})
	if !slices.Equal(got, want) {
		t.Errorf("market stands\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, leaf := range advise.Leaves {
		if !slices.ContainsFunc(got, func(s string) bool { return slices.Contains(strings.Fields(s), leaf.ID) }) {
			t.Errorf("no port of testdata/mesh/market reaches leaf %q: add one", leaf.ID)
		}
	}
}

// TestExceptions: what an owner keeps out of STRICT is no blocker, and ends.
func TestExceptions(t *testing.T) {
	m := meshOf(t, filepath.Join(testdata, "mesh", "market"))
	e := advise.Exception{Namespace: "leg*", Name: "mysqldb", Ports: []int32{3306}, Mode: resolve.Disable, Owner: "dba", Reason: "no TLS in 5.7"}
	got := standing(m, advise.Options{Exceptions: []advise.Exception{e}})
	if got[0] != "sts/mysqldb 3306 EXCEPTED disable no sidecar" {
		t.Errorf("with an exception, legacy's mysqldb stands %s", got[0])
	}
}

// TestNothingReadyWithoutEvidence: without a record, or with one that is not whole, too
// short, or of others' logs, no port of any story is ready.
func TestNothingReadyWithoutEvidence(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join(testdata, "mesh", "*"))
	if err != nil || len(dirs) < 3 {
		t.Fatal(dirs, err)
	}
	for _, dir := range dirs {
		m := meshOf(t, dir)
		whole := recordOf(t, filepath.Join(testdata, "traffic", "market.csv"))
		gaps, short, logs := *whole, *whole, *whole
		gaps.Missing = []string{"no Istio metrics before 2026-11-15"}
		short.From = short.To.Add(-time.Hour)
		logs.Reporters = []resolve.Peer{{Pod: "other"}}
		for name, e := range map[string]*evidence.Evidence{
			"no record": nil, "a record with gaps": evidence.New(&gaps, m), "an hour": evidence.New(&short, m), "others' logs": evidence.New(&logs, m),
		} {
			for _, s := range standing(m, advise.Options{Evidence: e}) {
				if strings.Contains(s, "READY") {
					t.Errorf("%s, %s: READY without a record of all calls: %s", dir, name, s)
				}
			}
		}
	}
}

// TestPlaintextIsNeverReady: whoever sends plaintext, the port is not ready.
func TestPlaintextIsNeverReady(t *testing.T) {
	m := meshOf(t, filepath.Join(testdata, "mesh", "market"))
	for _, client := range []resolve.Peer{{}, {Namespace: "market", Name: "pay"}, {Namespace: "batch", Name: "report"}, {Namespace: "nowhere", Name: "x"}, {Address: "10.0.0.9"}} {
		for _, how := range []resolve.Security{resolve.SecurityPlaintext, resolve.SecurityUnknown} {
			seen := recordOf(t, filepath.Join(testdata, "traffic", "market.csv"))
			web := resolve.Peer{Namespace: "market", Name: "web"}
			seen.Edges = append(seen.Edges, evidence.Edge{Client: client, Server: web, Service: web, Protocol: "http", Security: how, Count: 1, LastSeen: seen.To.Add(-time.Minute)})
			seen.Normalize()
			inside := client.Name == "pay" && how == resolve.SecurityUnknown // its proxy's configuration says mTLS
			for _, s := range standing(m, advise.Options{Evidence: evidence.New(seen, m)}) {
				if strings.HasPrefix(s, "deploy/web ") && strings.Contains(s, "READY") != inside {
					t.Errorf("calls of %s, security %s: web is READY, or is not, wrongly: %s", client, how, s)
				}
			}
		}
	}
}
