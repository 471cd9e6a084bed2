package main_test

import (
	"fmt"
	"html"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// pictureName is the picture of the README: a screen with the command and what it prints.
const (
	pictureName    = "docs/describe.svg"
	pictureCommand = "mtlsctl describe -f testdata/mesh/bookinfo"
)

// TestPicture compares the picture of the README with what the command prints, in colour.
func TestPicture(t *testing.T) {
	t.Parallel()
	args, _ := arguments(pictureCommand + " --color always")
	printed, _, _ := strings.Cut(string(run(t, args)), "\nread ") // without the time that it took
	want := screen("\x1b[1m$ " + pictureCommand + "\x1b[0m\n" + printed)
	if *update {
		if err := os.WriteFile(pictureName, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(pictureName); err != nil || string(text) != want {
		t.Errorf("%s is not what the command prints (%v); make golden draws it again", pictureName, err)
	}
	if strings.Count(want, "<tspan class=\"m31\">") < 3 || strings.Contains(want, "\x1b") {
		t.Errorf("colours are missing, or left in the text:\n%s", want)
	}
}

var escape = regexp.MustCompile("\x1b\\[([0-9]+)m")

// screen draws lines with the colours of a terminal as SVG, for light and dark pages.
func screen(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	width := 0
	for _, line := range lines {
		width = max(width, utf8.RuneCountInString(escape.ReplaceAllString(line, "")))
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" role="img" aria-label="%s">
<style>
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #1f2328; white-space: pre }
rect { fill: #f6f8fa; stroke: #d1d9e0 }
.m1 { font-weight: bold } .m2 { fill: #59636e } .m31 { fill: #cf222e } .m32 { fill: #1a7f37 } .m33 { fill: #9a6700 }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc } rect { fill: #151b23; stroke: #3d444d }
.m2 { fill: #9198a1 } .m31 { fill: #f85149 } .m32 { fill: #3fb950 } .m33 { fill: #d29922 }
}
</style>
<rect width="100%%" height="100%%" rx="6"/>
`, float64(width)*7.9+24, len(lines)*18+22, html.EscapeString(pictureCommand))
	for i, line := range lines {
		fmt.Fprintf(&b, "<text x=\"12\" y=\"%d\" xml:space=\"preserve\">%s</text>\n", i*18+24, spans(line))
	}
	return b.String() + "</svg>\n"
}

// spans are the parts of a line, each with its colour.
func spans(line string) string {
	var b strings.Builder
	at := 0
	open := false
	for _, m := range append(escape.FindAllStringSubmatchIndex(line, -1), []int{len(line), len(line), 0, 0}) {
		b.WriteString(html.EscapeString(line[at:m[0]]))
		if at = m[1]; open {
			b.WriteString("</tspan>")
			open = false
		}
		if code := line[m[2]:m[3]]; code != "" && code != "0" && code != "22" {
			fmt.Fprintf(&b, `<tspan class="m%s">`, code)
			open = true
		}
	}
	return b.String()
}
