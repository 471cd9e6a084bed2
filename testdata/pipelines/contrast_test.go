package pipelines

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// contrasts lists, for every element with words of its own, how much they stand out from
// what is behind them, as WCAG 2 computes it.
const contrasts = `(() => {
	const rgb = c => c.match(/[\d.]+/g).map(Number);
	const light = c => { const [r, g, b] = rgb(c).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (rgb(c)[3] !== 0) return c; } return getComputedStyle(document.documentElement).backgroundColor; };
	const words = e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || e.tagName === "SELECT" || e.tagName === "INPUT";
	return [...document.querySelectorAll("body, body *")].filter(e => e.checkVisibility() && words(e)).map(e => {
		const style = getComputedStyle(e), [a, b] = [light(style.color), light(behind(e))].sort((x, y) => y - x);
		return { ratio: (a + 0.05) / (b + 0.05), what: e.tagName.toLowerCase() + "." + e.className + " in ." + e.parentElement.className, dark: light(behind(document.body)) < 0.5 };
	});
})()`

// TestPageContrast: in the light and in the dark all words can be read, those of links,
// levels and remarks too.
func TestPageContrast(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"light", "dark"} {
		p, _ := worldPage(t, "bookinfo", scheme(name), chromedp.EmulateViewport(1000, 800))
		p.shoot(t, name)
		p.run(t, do(`document.querySelectorAll("details").forEach(d => d.open = true)`))
		p.shoot(t, name+"-open")
		type measured struct {
			Ratio float64
			What  string
			Dark  bool
		}
		all := ask[[]measured](t, p, contrasts)
		if len(all) < 50 {
			t.Errorf("%s: only %d elements with words", name, len(all))
		}
		for _, m := range all {
			if m.Ratio < 4.5 {
				t.Errorf("render/report.html.tmpl, %s: %s has a contrast of %.2f, less than 4.5", name, m.What, m.Ratio)
			}
			if m.Dark != (name == "dark") {
				t.Fatalf("render/report.html.tmpl: prefers-color-scheme %s changes nothing", name)
			}
		}
		p.quiet(t)
	}
}
