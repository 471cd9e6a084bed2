package pipelines

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// market is the mesh of the story with traffic that was seen.
func market(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	files, err := filepath.Glob(filepath.Join(root, "testdata", "mesh", "market", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("---\n" + string(text))
	}
	return b.String()
}

const shownEdges = `document.querySelectorAll("#edges button").length`

// TestGraphPage: filters, search, an edge's argument, namespaces, keys; without a request, without a
// word on the console.
func TestGraphPage(t *testing.T) {
	t.Parallel()
	mesh := market(t)
	want := drawingOf(t, drawn(t, mesh, "json"))
	p := open(t, drawn(t, mesh, "html"), chromedp.EmulateViewport(1280, 900))
	defer p.quiet(t)
	p.shoot(t, "graph")
	all, plaintext := len(want.Elements.Edges), 0
	for _, e := range want.Elements.Edges {
		if e.Data.Verdict == "plaintext" {
			plaintext++
		}
	}
	p.counts(t, "at first", all)
	if n := ask[int](t, p, `mtlsctl.drawn().edges`); n != all || plaintext == 0 || plaintext == all {
		t.Errorf("the picture has %d edges, %d of %d are plaintext", n, plaintext, all)
	}
	p.run(t, chromedp.Click(`#verdicts input[value="plaintext"]`))
	p.counts(t, "without plaintext", all-plaintext)
	p.run(t, chromedp.Click(`#verdicts input[value="plaintext"]`))
	p.run(t, do(`document.getElementById("search").value = "nginx", document.getElementById("search").dispatchEvent(new Event("input", {bubbles: true})), undefined`))
	p.counts(t, "search", 1)
	p.run(t, chromedp.Click(`#edges li:first-child button`))
	detail := ask[string](t, p, `document.getElementById("detail").innerText`)
	for _, part := range []string{"deploy/ingress-nginx-controller.batch", "plaintext into a DISABLE port", "PeerAuthentication market/mail", ".yaml:", "declared"} {
		if !strings.Contains(detail, part) {
			t.Errorf("the argument lacks %q: %s", part, detail)
		}
	}
	p.run(t, do(`document.getElementById("search").value = "", document.getElementById("search").dispatchEvent(new Event("input", {bubbles: true})), undefined`))
	p.counts(t, "all again", all)
	p.run(t, chromedp.Click(`#collapse`))
	collapsed := ask[int](t, p, `mtlsctl.drawn().nodes`)
	p.run(t, chromedp.Click(`#expand`))
	if expanded := ask[int](t, p, `mtlsctl.drawn().nodes`); collapsed >= expanded || collapsed < 2 {
		t.Errorf("%d nodes collapsed, %d expanded", collapsed, expanded)
	}
	before := ask[float64](t, p, `mtlsctl.cy.zoom()`)
	p.run(t, do(`document.getElementById("graph").focus()`), chromedp.KeyEvent("+"))
	if after := ask[float64](t, p, `mtlsctl.cy.zoom()`); after <= before {
		t.Errorf("+ zooms from %f to %f", before, after)
	}
	p.run(t, do(`document.querySelector("#edges button").focus()`), chromedp.KeyEvent(kb.Enter))
	if ask[int](t, p, `mtlsctl.cy.edges(":selected").length`) != 1 {
		t.Error("Enter on an edge of the list selects none in the picture")
	}
}

// counts waits until the list has so many edges.
func (p *page) counts(t *testing.T, when string, n int) {
	t.Helper()
	t.Logf("%s: the list has to come to %d edges", when, n)
	p.run(t, chromedp.Poll[chromedp.Void](shownEdges+` === `+strconv.Itoa(n)))
}

// TestGraphPageLook: words can be read in both schemes, and on a phone nothing is beside the page.
func TestGraphPageLook(t *testing.T) {
	t.Parallel()
	html := drawn(t, market(t), "html")
	for _, name := range []string{"light", "dark"} {
		p := open(t, html, scheme(name), chromedp.EmulateViewport(360, 740))
		p.run(t, do(`document.querySelectorAll("details").forEach(d => d.open = true)`), chromedp.Click(`#edges li:first-child button`))
		type measured struct {
			Ratio float64
			What  string
			Dark  bool
		}
		all := ask[[]measured](t, p, contrasts)
		if len(all) < 40 {
			t.Errorf("%s: only %d elements with words", name, len(all))
		}
		for _, m := range all {
			if m.Ratio < 4.5 || m.Dark != (name == "dark") {
				t.Errorf("%s: %s has a contrast of %.2f (dark: %t)", name, m.What, m.Ratio, m.Dark)
			}
		}
		if width := ask[int](t, p, `document.documentElement.scrollWidth`); width > 360 {
			t.Errorf("on 360 pixels the page is %d wide", width)
		}
		p.shoot(t, "graph-narrow-"+name)
		p.quiet(t)
	}
}

// TestGraphPageHostile: names are text.
func TestGraphPageHostile(t *testing.T) {
	t.Parallel()
	p := open(t, drawnEvil(t, "html"))
	defer p.quiet(t)
	p.run(t, chromedp.Click(`#edges li:first-child button`))
	if n := ask[int](t, p, `document.querySelectorAll("script").length`); n != 3 {
		t.Errorf("the page has %d scripts, expected its own 3", n)
	}
	text := ask[string](t, p, `document.getElementById("edges").textContent + document.getElementById("detail").textContent`)
	for _, name := range evilNames {
		if !strings.Contains(text, " "+name+".team-0") {
			t.Errorf("the list lacks %q", name)
		}
	}
}

// TestGraphPageLarge: thousands of edges begin as namespaces, and expand.
func TestGraphPageLarge(t *testing.T) {
	t.Parallel()
	p := open(t, drawn(t, crowd(20, 50, 5), "html"))
	defer p.quiet(t)
	if n := ask[int](t, p, `mtlsctl.drawn().nodes`); n != 20 {
		t.Errorf("%d nodes at first, expected the 20 namespaces", n)
	}
	p.run(t, chromedp.Click(`#expand`))
	if n := ask[int](t, p, `mtlsctl.drawn().edges`); n < 4500 {
		t.Errorf("%d edges are drawn when all is expanded, expected nearly 5,000", n)
	}
	p.run(t, chromedp.Click(`#edges li:first-child button`))
	if text := ask[string](t, p, `document.getElementById("detail").innerText`); !strings.Contains(text, "mtls") {
		t.Errorf("a click on an edge tells %q", text)
	}
	p.run(t, chromedp.Click(`#collapse`))
	if n := ask[int](t, p, `mtlsctl.drawn().nodes`); n != 20 {
		t.Errorf("%d nodes collapsed again, expected 20", n)
	}
}

// TestGraphPageAxe: axe-core finds nothing wrong for those who cannot see, or use no mouse.
func TestGraphPageAxe(t *testing.T) {
	t.Parallel()
	library, err := os.ReadFile(filepath.Join(npm(t, "axe-core"), "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{
		"graph": drawn(t, market(t), "html"), "empty": drawn(t, market(t), "html", "--verdict", "passthrough-tls"),
		"matrix": written(t, market(t), "connections", "--matrix", "-o", "html"), "ports": written(t, market(t), "describe", "-o", "html"),
	}
	for name, html := range pages {
		for _, look := range []string{"light", "dark"} {
			p := open(t, html, scheme(look), chromedp.EmulateViewport(1280, 900))
			p.run(t, do(`document.querySelectorAll("details").forEach(d => d.open = true)`), do(`document.querySelector("#edges button")?.click()`), do(string(library)+`; undefined`))
			p.run(t, do(`window.found = undefined, axe.run().then(r => { window.found = r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).join(" ")) }, e => { window.found = [String(e)] }), undefined`), chromedp.Poll[chromedp.Void](`window.found`))
			if found := ask[[]string](t, p, `window.found`); len(found) > 0 {
				t.Errorf("%s, %s: axe-core finds %q", name, look, found)
			}
			p.quiet(t)
		}
	}
}
