package pipelines

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"gonum.org/v1/gonum/graph/formats/dot"
	"gonum.org/v1/gonum/graph/formats/dot/ast"
)

// drawing is what a graph's JSON says of it.
type drawing struct {
	Elements struct {
		Nodes []struct {
			Data struct{ ID, Parent, Kind, Label string }
		}
		Edges []struct {
			Data struct{ ID, Source, Target, Verdict string }
		}
	}
}

// crowd is a mesh of as many namespaces with as many workloads each, every one of which calls the
// next ones.
func crowd(namespaces, workloads, calls int) string {
	var b strings.Builder
	total := namespaces * workloads
	for i := range total {
		ns := fmt.Sprintf("team-%02d", i/workloads)
		if i%workloads == 0 {
			fmt.Fprintf(&b, "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: %s, labels: {istio-injection: enabled}}\n", ns)
		}
		var env []string
		for c := range calls {
			to := (i*7 + c*13 + 1) % total
			env = append(env, fmt.Sprintf("{name: URL_%d, value: 'http://w%d.team-%02d:80'}", c, to, to/workloads))
		}
		fmt.Fprintf(&b, `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: w%[1]d, namespace: %[2]s}
spec: {selector: {matchLabels: {app: w%[1]d}}, template: {metadata: {labels: {app: w%[1]d}}, spec: {containers: [{name: app, ports: [{containerPort: 80}], env: [%[3]s]}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: w%[1]d, namespace: %[2]s}
spec: {selector: {app: w%[1]d}, ports: [{port: 80, name: http}]}
`, i, ns, strings.Join(env, ", "))
	}
	return b.String()
}

// evilNames are names that mean something to Graphviz, to mermaid, to HTML or to JavaScript.
var evilNames = []string{`a"];b[`, `\N\l`, `end`, `<b>x</b>`, "`js`", `#quot;`, `x]-->y`, `</script><script>alert(1)</script>`, `&amp;`, `%%{init: {}}%%`, `graph;`, `click a call b()`}

// drawnEvil draws a saved graph whose nodes have these names: no cluster takes them, but a file may
// say anything.
func drawnEvil(t *testing.T, format string) string {
	t.Helper()
	report := drawn(t, crowd(3, 4, 2), "json", "--edges", "declared")
	for i, name := range evilNames {
		quoted, _ := json.Marshal(name)
		report = strings.ReplaceAll(report, fmt.Sprintf(`"label": "deploy/w%d"`, i), `"label": `+string(quoted))
	}
	file := filepath.Join(t.TempDir(), "graph.json")
	write(t, file, report)
	bin, err := mtlsctl()
	if err != nil {
		t.Fatal(err)
	}
	return execute(t, filepath.Dir(file), plain("NO_COLOR=1"), bin, "show", file, "-o", format).stdout
}

// graphs are what the parsers of other programs read.
var graphs = map[string]func(t *testing.T, format string) string{
	"crowd": func(t *testing.T, format string) string { return drawn(t, crowd(3, 5, 2), format) },
	"evil":  drawnEvil,
}

// drawn runs mtlsctl graph over a text.
func drawn(t *testing.T, mesh, format string, more ...string) string {
	t.Helper()
	return written(t, mesh, append([]string{"graph", "-o", format}, more...)...)
}

// written runs mtlsctl over a text.
func written(t *testing.T, mesh string, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "mesh.yaml")
	write(t, file, mesh)
	bin, err := mtlsctl()
	if err != nil {
		t.Fatal(err)
	}
	return execute(t, filepath.Dir(file), plain("NO_COLOR=1"), bin, append(args, "-f", file)...).stdout
}

func drawingOf(t *testing.T, text string) drawing {
	t.Helper()
	var d drawing
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestGraphDot: a parser of Graphviz' language finds the nodes and edges of the JSON.
func TestGraphDot(t *testing.T) {
	t.Parallel()
	for name, draw := range graphs {
		want := drawingOf(t, draw(t, "json"))
		file, err := dot.ParseString(draw(t, "dot"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		nodes, edges := map[string]bool{}, 0
		var walk func([]ast.Stmt)
		walk = func(list []ast.Stmt) {
			for _, s := range list {
				switch s := s.(type) {
				case *ast.NodeStmt:
					nodes[s.Node.ID] = true
				case *ast.EdgeStmt:
					edges++
				case *ast.Subgraph:
					walk(s.Stmts)
				}
			}
		}
		walk(file.Graphs[0].Stmts)
		count := 0
		for _, n := range want.Elements.Nodes {
			if n.Data.Kind != "group" {
				if count++; !nodes[n.Data.ID] {
					t.Errorf("%s: the node %s %q is not in the dot", name, n.Data.ID, n.Data.Label)
				}
			}
		}
		if len(nodes) != count || edges != len(want.Elements.Edges) || edges == 0 {
			t.Errorf("%s: the dot has %d nodes and %d edges, the JSON %d and %d", name, len(nodes), edges, count, len(want.Elements.Edges))
		}
	}
}

// TestGraphMermaid: mermaid itself draws every node and every edge, with their names.
func TestGraphMermaid(t *testing.T) {
	t.Parallel()
	library, err := os.ReadFile(filepath.Join(npm(t, "mermaid"), "mermaid", "dist", "mermaid.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	for name, draw := range graphs {
		want := drawingOf(t, draw(t, "json"))
		text, _ := json.Marshal(draw(t, "mermaid"))
		p := open(t, "<!doctype html><meta charset=utf-8><body><div id=out></div><script>"+strings.ReplaceAll(string(library), "</script", `<\/script`)+`</script>`)
		p.run(t, do(`window.answer = "", mermaid.initialize({startOnLoad: false}), mermaid.render("drawn", `+string(text)+`).then(r => { document.getElementById("out").innerHTML = r.svg; window.answer = "drawn"; }, e => { window.answer = String(e); }), undefined`))
		p.run(t, chromedp.Poll[chromedp.Void](`window.answer`))
		if answer := ask[string](t, p, `window.answer`); answer != "drawn" {
			t.Fatalf("%s: mermaid says %s", name, answer)
		}
		if n := ask[int](t, p, `document.querySelectorAll("#out g.node").length`); n != len(want.Elements.Nodes)-groupsOf(want) {
			t.Errorf("%s: mermaid draws %d nodes, the JSON has %d", name, n, len(want.Elements.Nodes)-groupsOf(want))
		}
		if n := ask[int](t, p, `document.querySelectorAll("#out path.flowchart-link").length`); n != len(want.Elements.Edges) {
			t.Errorf("%s: mermaid draws %d edges, the JSON has %d", name, n, len(want.Elements.Edges))
		}
		texts := ask[string](t, p, `document.getElementById("out").textContent`)
		for _, n := range want.Elements.Nodes {
			if !strings.Contains(texts, n.Data.Label) {
				t.Errorf("%s: the picture lacks %q", name, n.Data.Label)
			}
		}
	}
}

func groupsOf(d drawing) int {
	n := 0
	for _, one := range d.Elements.Nodes {
		if one.Data.Kind == "group" {
			n++
		}
	}
	return n
}
