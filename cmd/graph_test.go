package cmd_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/render/wire"
)

// TestGraphCounts: the edges of a graph have every connection of connections, and every call that no
// row has, with the same results, whatever its nodes stand for and however much is collapsed.
func TestGraphCounts(t *testing.T) {
	t.Parallel()
	meshes, err := os.ReadDir(filepath.Join("..", "testdata", "mesh"))
	if err != nil {
		t.Fatal(err)
	}
	counted, beside := 0, 0
	for _, mesh := range meshes {
		for _, filter := range [][]string{nil, {"--verdict", "plaintext"}} {
			args := append([]string{"-f", filepath.Join("..", "testdata", "mesh", mesh.Name()), "-o", "json"}, filter...)
			var rows wire.ConnectionList
			sums(t, &rows, append([]string{"connections"}, args...))
			n := rows.Totals
			want := wire.VerdictTotals{MTLS: n.MTLS, Plaintext: n.Plaintext, Broken: n.Broken, Passthrough: n.Passthrough, Unknown: n.Unknown}
			want.Add(n.Besides)
			counted, beside = counted+want.Sum(), beside+n.Besides.Sum()
			for _, shape := range [][]string{nil, {"--by", "service"}, {"--by", "namespace"}, {"--max-nodes", "1"}, {"--max-nodes", "4"}} {
				var g wire.Graph
				sums(t, &g, append(append([]string{"graph", "--edges", "possible"}, shape...), args...))
				if g.Totals.Connections != want {
					t.Errorf("%s %q %q: connections has %+v, the graph %+v", mesh.Name(), filter, shape, want, g.Totals.Connections)
				}
				checkGraph(t, &g)
			}
		}
	}
	if counted == 0 || beside == 0 {
		t.Fatalf("the meshes have %d connections, %d of them in no row: nothing was tried", counted, beside)
	}
}

// checkGraph: an edge has the worst verdict of its connections, and its first call has it too.
func checkGraph(t *testing.T, g *wire.Graph) {
	t.Helper()
	for i := range g.Elements.Edges {
		e := &g.Elements.Edges[i].Data
		worst := ""
		for _, verdict := range []string{"mtls", "passthrough-tls", "unknown", "plaintext", "broken"} {
			if e.Connections.Of(verdict) > 0 {
				worst = verdict
			}
		}
		if e.Verdict != worst || g.Calls[e.Calls[0].Call-1].Verdict != worst {
			t.Errorf("edge %s is %s, and has %+v", e.ID, e.Verdict, e.Connections)
		}
	}
}

// TestGraphKnown: calls that are known are among those that are possible, and a focus shows a part
// of the whole.
func TestGraphKnown(t *testing.T) {
	t.Parallel()
	args := []string{"-f", "../testdata/mesh/market", "--traffic", "../testdata/traffic/market.csv", "-o", "json"}
	edges := func(more ...string) map[string]string {
		var g wire.Graph
		sums(t, &g, append(append([]string{"graph"}, more...), args...))
		names, found := map[string]string{}, map[string]string{}
		for i := range g.Elements.Nodes {
			n := &g.Elements.Nodes[i].Data
			names[n.ID] = n.Namespace + "/" + n.Label
		}
		for i := range g.Elements.Edges {
			e := &g.Elements.Edges[i].Data
			found[names[e.Source]+" -> "+names[e.Target]] = e.Basis
		}
		return found
	}
	all := edges("--edges", "possible")
	observed, declared, known := edges("--edges", "observed"), edges("--edges", "declared"), edges()
	for name, some := range map[string]map[string]string{"observed": observed, "declared": declared, "known": known} {
		if len(some) == 0 || len(some) >= len(all) {
			t.Errorf("%d of %d edges are %s", len(some), len(all), name)
		}
		for edge, basis := range some {
			if all[edge] == "" || basis == "possible" {
				t.Errorf("%s edge %s is %s, and %q of all", name, edge, basis, all[edge])
			}
		}
	}
	for edge := range observed {
		if known[edge] != "observed" {
			t.Errorf("%s was observed, and is %q", edge, known[edge])
		}
	}
	near, further := edges("--focus", "deploy/pay"), edges("--focus", "deploy/pay", "--depth", "2")
	if len(near) == 0 || len(further) <= len(near) || len(further) > len(known) {
		t.Errorf("%d edges around pay, %d two calls away, %d in all", len(near), len(further), len(known))
	}
	for edge := range near {
		if further[edge] == "" {
			t.Errorf("%s is near, and not there two calls away", edge)
		}
	}
}

// TestGraphBounds: a picture has no more edges than its reader takes, the worst of them, and it says
// what is left out.
func TestGraphBounds(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	const namespaces = 22
	for i := range namespaces {
		injection := "enabled"
		if i == namespaces-1 { // its calls are plaintext
			injection = "disabled"
		}
		fmt.Fprintf(&b, `---
apiVersion: v1
kind: Namespace
metadata: {name: n%[1]d, labels: {istio-injection: %[2]s}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: w, namespace: n%[1]d}
spec: {selector: {matchLabels: {app: w}}, template: {metadata: {labels: {app: w}}, spec: {containers: [{name: app, ports: [{containerPort: 80}]}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: w, namespace: n%[1]d}
spec: {selector: {app: w}, ports: [{port: 80, name: http}]}
`, i, injection)
	}
	file := filepath.Join(t.TempDir(), "mesh.yaml")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	const all, most, open = (namespaces - 1) * namespaces, 450, namespaces - 1
	var g wire.Graph
	sums(t, &g, []string{"graph", "--edges", "possible", "-f", file, "-o", "json"})
	if n := g.Totals.Edges; n.Sum() != all || n.Plaintext != open {
		t.Fatalf("the graph has %+v edges, expected %d, and %d of them plaintext", n, all, open)
	}
	picture := printed(t, "graph", "--edges", "possible", "-f", file, "-o", "mermaid")
	if n, m := strings.Count(picture, "|\"🔓 plaintext\"|"), strings.Count(picture, "-.->"); n != open || m != most {
		t.Errorf("the picture has %d edges and %d of them plaintext, expected %d and %d", m, n, most, open)
	}
	if note := fmt.Sprintf("%d mtls. -o json", all-most); !strings.Contains(picture, note) {
		t.Errorf("the picture does not say that it leaves out %q", note)
	}
}
