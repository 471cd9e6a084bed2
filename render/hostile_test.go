package render_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// hostile are texts that a tenant may write into a name, a label or a file's name.
var hostile = []string{
	"plain", "a\nb", "a\r\n::error::b", "::error file=x::y", "  ::set-output name=a::b", "##[error]x", "\x1b[31mred\x1b[0m", "\x1b]0;title\a",
	"a\u202eb", "zero\u200bwidth", "\u2066x\u2069", "bad\xffutf8", "nul\x00", "tab\tx", "\u2028", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)",
	"<script>alert(1)</script>", "]]>", "[a](http://x)", "![i](http://x)", "| pipe |", "`code`", "```", "www.example.com", "@team", "#1", "a: b", "- x", "'", `"`, `\`, "--- ", "&amp;", "%0A::error::x", "",
}

func TestVisible(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"deploy/web", "deploy/web"}, {"a\nb", `a\nb`}, {"\x1b[31m", `\x1b[31m`}, {"\xff", `\xff`}, {"a\u202eb", `a\u202eb`}, {"\u200b", `\u200b`},
		{"::error::x", `\::error::x`}, {" ::x", ` \::x`}, {"##[error]x", `##\[error]x`}, {"größe", "größe"}, {"日本", "日本"}, {"\u3164", `\u3164`}, {"a::b", "a::b"},
	} {
		if got := format.Visible(c[0]); got != c[1] {
			t.Errorf("%q is shown as %s, want %s", c[0], got, c[1])
		}
	}
	for _, s := range hostile {
		safeLine(t, "Visible", format.Visible(s))
	}
}

// safeLine fails for a text that is no line of plain text.
func safeLine(t *testing.T, what, line string) {
	t.Helper()
	trimmed := strings.TrimSpace(line)
	if !utf8.ValidString(line) || strings.HasPrefix(trimmed, "::") || strings.Contains(line, "##[") {
		t.Errorf("%s: %q", what, line)
	}
	for _, r := range line {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			t.Errorf("%s: %q has %q", what, line, r)
		}
	}
}

// hostileReport has hostile texts in every place that the input fills.
func hostileReport(r *rand.Rand) *wire.Report {
	text := func() string { return hostile[r.IntN(len(hostile))] + hostile[r.IntN(len(hostile))] }
	report := &analyze.Report{Ran: []string{"MTLS0101"}}
	for range 4 {
		f := analyze.Finding{
			Code: "MTLS0101", Name: "x", Severity: analyze.Severity(r.IntN(3)), Message: text(), Fix: text(), Field: resolve.Path("metadata", "labels", text()),
			Object: resolve.Ref{Kind: resolve.KindService, Namespace: text(), Name: text()}, Origin: resolve.Origin{File: text(), First: 3},
			Repair: []analyze.Edit{{Object: resolve.Ref{Kind: resolve.KindService, Name: text()}, Verb: analyze.Set, Field: "spec", Value: text()}},
		}
		report.Findings = append(report.Findings, f)
		report.Hidden = append(report.Hidden, analyze.Hidden{Finding: f, Reason: analyze.Reason{By: analyze.ByRule, Text: text()}})
	}
	return render.NewReport(wire.Scope{}, render.Run{Profile: analyze.Default, FailOn: "error"}, report)
}

// TestHostileTexts: in every format of people there is nothing but lines of plain text, and
// every format of machines is read back by a parser of its own.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		report := hostileReport(r)
		view := render.Findings{Report: report}
		for _, word := range []string{"table", "wide", "name", "markdown", "github"} {
			for line := range strings.Lines(written(t, view, word)) {
				line = strings.TrimSuffix(line, "\n")
				command := word == "github" && (strings.HasPrefix(line, "::error ") || strings.HasPrefix(line, "::warning ") || strings.HasPrefix(line, "::notice "))
				if command {
					line = strings.TrimPrefix(line, "::")
				}
				safeLine(t, word, line)
			}
		}
		readBack(t, view, report)
		if page := written(t, view, "html"); strings.Contains(page, "<script>alert") {
			t.Errorf("html: a script of the input's")
		}
		if page := written(t, view, "markdown"); markdownLink.MatchString(page) || strings.Contains(page, "<script") || strings.Contains(page, "http://") {
			t.Errorf("markdown: a link, an image or html of the input's\n%s", page)
		}
	}
}

// markdownLink is the end of a link's text that no backslash takes the meaning from.
var markdownLink = regexp.MustCompile(`(^|[^\\])(\\\\)*\]\(`)

func written(t *testing.T, v format.View, word string) string {
	t.Helper()
	f, err := format.ParseChecked(word)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := format.Write(&b, f, v, format.Options{Width: 60}); err != nil {
		t.Fatalf("%s: %v", word, err)
	}
	return b.String()
}

// readBack compares what machines read with what was written.
func readBack(t *testing.T, view format.View, want *wire.Report) {
	t.Helper()
	message := func(i int) string { return public.WithoutUser(strings.ToValidUTF8(want.Items[i].Message, "\ufffd")) }
	var fromJSON, fromYAML wire.Report
	if err := json.Unmarshal([]byte(written(t, view, "json")), &fromJSON); err != nil {
		t.Fatalf("json: %v", err)
	}
	if err := yaml.Unmarshal([]byte(written(t, view, "yaml")), &fromYAML); err != nil {
		t.Fatalf("yaml: %v", err)
	}
	rows, err := csv.NewReader(strings.NewReader(written(t, view, "csv"))).ReadAll()
	if err != nil {
		t.Fatalf("csv: %v", err)
	}
	var sarif struct {
		Runs []struct {
			Results []struct{ Message struct{ Text string } }
		}
	}
	if err := json.Unmarshal([]byte(written(t, view, "sarif")), &sarif); err != nil {
		t.Fatalf("sarif: %v", err)
	}
	for i := range want.Items {
		result := sarif.Runs[0].Results[i].Message.Text
		if result == public.WithoutUser(strings.ToValidUTF8(want.Items[i].Message+". Fix: "+want.Items[i].Fix, "\ufffd")) {
			result = message(i)
		}
		for word, got := range map[string]string{"json": fromJSON.Items[i].Message, "yaml": fromYAML.Items[i].Message, "sarif": result} {
			if got != message(i) {
				t.Errorf("%s: got %q, want %q", word, got, message(i))
			}
		}
		cell := strings.ReplaceAll(strings.TrimPrefix(rows[i+1][10], "'"), "\r\n", "\n")
		if strings.ToValidUTF8(cell, "\ufffd") != strings.ReplaceAll(strings.TrimPrefix(message(i), "'"), "\r\n", "\n") {
			t.Errorf("csv: got %q, want %q", cell, message(i))
		}
		if c := rows[i+1][10]; c != "" && strings.ContainsRune("=+-@", rune(c[0])) {
			t.Errorf("csv: %q is a formula", c)
		}
	}
	d := xml.NewDecoder(strings.NewReader(written(t, view, "junit")))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("junit: %v", err)
		}
	}
}
