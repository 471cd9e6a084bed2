package pipelines

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

// visible is an expression for the findings that can be seen.
const visible = `[...document.querySelectorAll(".finding")].filter(f => f.checkVisibility())`

// parseHTML lets a browser read a page: what can be seen of each finding.
func parseHTML(t *testing.T, html string) []finding {
	t.Helper()
	p := open(t, html)
	defer p.quiet(t)
	var all []finding
	text := ask[string](t, p, `JSON.stringify(`+visible+`.map(f => {
		const lines = [...f.children].filter(c => c.tagName === "P").map(c => c.innerText.trim());
		const fix = lines.find(l => l.startsWith("fix: ")) || "fix: ", at = f.querySelector("p.faint code").innerText.split(":");
		return {
			Severity: f.querySelector(".level").innerText, Code: f.querySelector("a").innerText, Namespace: f.dataset.namespace,
			Message: lines[1], Fix: fix.slice(5), Line: +at.pop(), File: at.join(":"), Fingerprint: f.id.slice(2),
		};
	}))`)
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// worldPage opens the page of a world in a tab of its own.
func worldPage(t *testing.T, name string, before ...action) (*page, report) {
	t.Helper()
	dir := world(t, name)
	p := open(t, analyze(t, dir, "-f", name, "-o", "html").stdout, before...)
	return p, parseReport(t, analyze(t, dir, "-f", name, "-o", "json").stdout)
}

// TestPageFilters sets every filter to every value it has, and counts what is left.
func TestPageFilters(t *testing.T) {
	t.Parallel()
	for name := range worlds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, r := worldPage(t, name)
			all := r.findings()
			p.shows(t, all, "at first", func(finding) bool { return true })
			for _, level := range []string{"error", "warning", "info"} {
				box := `input.severity[value="` + level + `"]`
				p.run(t, chromedp.Click(box))
				p.shows(t, all, "without "+level, func(f finding) bool { return f.Severity != level })
				p.run(t, chromedp.Click(box))
			}
			for _, one := range all {
				p.choose(t, "#namespace", one.Namespace)
				p.shows(t, all, "namespace "+one.Namespace, func(f finding) bool { return f.Namespace == one.Namespace })
				p.choose(t, "#code", one.Code)
				p.shows(t, all, "namespace "+one.Namespace+", code "+one.Code, func(f finding) bool { return f.Namespace == one.Namespace && f.Code == one.Code })
				p.choose(t, "#namespace", "*")
				p.shows(t, all, "code "+one.Code, func(f finding) bool { return f.Code == one.Code })
				p.choose(t, "#code", "*")
				p.run(t, chromedp.SendKeys("#search", one.Code+" "+one.Severity[:3]))
				p.shows(t, all, "search "+one.Code, func(f finding) bool { return f.Code == one.Code })
				p.run(t, do(`(() => { const s = document.getElementById("search"); s.value = ""; s.dispatchEvent(new Event("input", {bubbles: true})); })()`))
			}
			p.run(t, chromedp.SendKeys("#search", "no such words"))
			p.shows(t, all, "search for nothing", func(finding) bool { return false })
			p.quiet(t)
		})
	}
}

// choose sets a select as a person does.
func (p *page) choose(t *testing.T, selector, value string) {
	t.Helper()
	got := ask[string](t, p, fmt.Sprintf(`(() => { const s = document.querySelector(%q); s.value = %q; s.dispatchEvent(new Event("input", {bubbles: true})); return s.value })()`, selector, value))
	if got != value {
		t.Errorf("render/report.html.tmpl: %s has no option %q", selector, value)
	}
}

// shows compares what can be seen with the findings that fit.
func (p *page) shows(t *testing.T, all []finding, when string, fits func(finding) bool) {
	t.Helper()
	want := []string{}
	for _, f := range all {
		if fits(f) {
			want = append(want, "f-"+f.Fingerprint)
		}
	}
	if diff := cmp.Diff(want, ask[[]string](t, p, visible+`.map(f => f.id)`)); diff != "" {
		t.Errorf("render/report.html.tmpl, %s: findings (-expected +visible)\n%s", when, diff)
	}
	text := fmt.Sprintf("%d of %d shown", len(want), len(all))
	if got := ask[string](t, p, `document.getElementById("shown").innerText`); got != text {
		t.Errorf("render/report.html.tmpl, %s: the page says %q, expected %q", when, got, text)
	}
}

// TestPageCodes: a code leads to its explanation, which opens, and does so again when
// it was closed; a link to it from elsewhere opens it too.
func TestPageCodes(t *testing.T) {
	t.Parallel()
	p, r := worldPage(t, "bookinfo")
	for _, f := range r.findings() {
		explanation := `document.querySelector("details#` + f.Code + `")`
		for _, when := range []string{"first", "second"} {
			p.run(t, chromedp.Click(`#f-`+f.Fingerprint+` a`))
			if !ask[bool](t, p, explanation+`.open && `+explanation+`.querySelector("p").checkVisibility()`) {
				t.Errorf("render/report.html.tmpl: the %s click on %s opens no explanation", when, f.Code)
			}
			p.run(t, do(explanation+`.open = false`))
		}
	}
	last := r.Items[len(r.Items)-1].Code
	p.run(t, chromedp.Navigate(p.url+"?again#"+last))
	if !ask[bool](t, p, `document.querySelector("details#`+last+`").open`) {
		t.Errorf("render/report.html.tmpl: a link to #%s opens no explanation", last)
	}
}

// TestPageWithoutScript: all of it can be read where scripts are off, and no filter is
// there that would do nothing.
func TestPageWithoutScript(t *testing.T) {
	t.Parallel()
	p, r := worldPage(t, "bookinfo", withoutScript())
	if n := ask[int](t, p, visible+`.length`); n != len(r.Items) {
		t.Errorf("render/report.html.tmpl: without scripts %d of %d findings can be seen", n, len(r.Items))
	}
	if ask[bool](t, p, `document.getElementById("filters").checkVisibility()`) {
		t.Error("render/report.html.tmpl: without scripts the filters are there, and do nothing")
	}
	p.quiet(t)
}

// TestPageNarrow: on a phone nothing but a block of code is to be moved sideways.
func TestPageNarrow(t *testing.T) {
	t.Parallel()
	for name := range worlds {
		p, _ := worldPage(t, name, chromedp.EmulateViewport(360, 740))
		p.run(t, do(`document.querySelectorAll("details").forEach(d => d.open = true)`))
		if over := ask[[]string](t, p, `[...document.querySelectorAll("body, body *")].filter(e => e.checkVisibility() && !e.closest("pre") && e.getBoundingClientRect().right > 360.5).map(e => e.outerHTML.slice(0, 80))`); len(over) > 0 {
			t.Errorf("render/report.html.tmpl, %s: 360 pixels are not enough for %q", name, over)
		}
		if width := ask[int](t, p, `document.documentElement.scrollWidth`); width > 360 {
			t.Errorf("render/report.html.tmpl, %s: on 360 pixels the page is %d wide", name, width)
		}
		p.run(t, do(`document.querySelectorAll("details").forEach(d => d.open = false)`))
		p.shoot(t, "narrow-"+name)
	}
}
