package cmd_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	sigsyaml "sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/cmd"
)

// strange are names that mean something to what reads a report.
var strange = []string{
	"::error file=x::y", "a\r\n::warning::b", "##[error]x", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\tx", "<script>alert(1)</script>", "]]>", "[a](http://x)", "![i](http://x)",
	"| pipe |", "```", "a: b", "- x", "#1", "'", `"`, `\`, "---", "...", "{{ x }}", "&amp;", "%0A::error::x", "\x1b[31mred", "\u202eb", "\u200b", "\x00", "\u2028", "null", "yes", "0x1f", "*x", "&x", "!!binary x",
}

// TestHostileFormats: whatever objects are called, every report in every format is read by
// the format's own parser, and no line of it is a command to a pipeline or a terminal.
func TestHostileFormats(t *testing.T) {
	t.Parallel()
	var objects []string
	for i, name := range strange {
		text, err := os.ReadFile(evilMesh(t, name))
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			_, rest, _ := strings.Cut(strings.TrimPrefix(string(text), "---\n"), "---\n")
			text = []byte("---\n" + rest)
		}
		objects = append(objects, string(text))
	}
	file := filepath.Join(t.TempDir(), "mesh.yaml")
	if err := os.WriteFile(file, []byte(strings.Join(objects, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	var read struct{ Items []struct{ Namespace string } }
	if err := json.Unmarshal([]byte(asked(t, "describe -o json", "-f", file)), &read); err != nil || len(read.Items) < 4*(len(strange)-1) { // {{ x }} is a template
		t.Fatalf("only %d workloads are read: %v", len(read.Items), err)
	}
	around := filepath.Join("..", "testdata", "secrets", "around.yaml")
	log := filepath.Join(t.TempDir(), "evil.log")
	var lines strings.Builder
	for _, name := range strange {
		lines.WriteString("503 UC " + name + " outbound|80||" + name + ".svc.cluster.local\n" + name + "\n")
	}
	if err := os.WriteFile(log, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	findings := "table wide json yaml name markdown csv sarif junit github gitlab html"
	for _, c := range []struct{ command, formats string }{
		{"describe", "table wide json yaml name markdown csv html"}, {"connections", "table wide json yaml name markdown csv html"}, {"graph", "table wide json yaml name markdown csv html dot mermaid"}, {"graph --by service --edges possible --max-nodes 0", "dot mermaid json"}, {"describe --summary", "table json name markdown csv html"}, {"connections --matrix", "table json name markdown csv html"}, {"analyze", findings},
		{"migrate-plan", "table wide json yaml name markdown"}, {"migrate-plan --status", "table json yaml name markdown"}, {"diagnose --access-log " + log, "table wide json yaml name markdown"}, {"diff " + around, findings},
	} {
		for format := range strings.FieldsSeq(c.formats) {
			t.Run(c.command+" "+format, func(t *testing.T) {
				t.Parallel()
				args := append(strings.Fields(c.command), file, "-o", format)
				if args[0] != "diff" {
					args = append(strings.Fields(c.command), "-f", file, "-o", format)
				}
				s, out, errs := captured()
				if code := cmd.Main(args, s); code == 2 || out.Len() == 0 {
					t.Fatalf("exit %d: %s", code, errs)
				}
				plainLines(t, errs.String(), "")
				readsBack(t, format, out.Bytes())
			})
		}
	}
}

var (
	markupLink = regexp.MustCompile(`(^|[^\\])!?\[[^\]]*[^\\]\]\(`)
	annotation = regexp.MustCompile(`^::(error|warning|notice)( |::)`)
)

// readsBack parses a report by the format's own parser.
func readsBack(t *testing.T, format string, text []byte) {
	t.Helper()
	var v any
	var err error
	switch format {
	case "json", "sarif", "gitlab":
		err = json.Unmarshal(text, &v)
	case "yaml":
		err = sigsyaml.UnmarshalStrict(text, &v)
	case "junit":
		for d := xml.NewDecoder(bytes.NewReader(text)); err == nil; {
			_, err = d.Token()
		}
		if errors.Is(err, io.EOF) {
			err = nil
		}
	case "csv":
		var rows [][]string
		if rows, err = csv.NewReader(bytes.NewReader(text)).ReadAll(); len(rows) < 2 {
			t.Errorf("csv: %d rows", len(rows))
		}
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
					t.Errorf("csv: %q is a formula", cell)
				}
			}
		}
	case "html":
		if strings.Contains(string(text), "<script>alert") {
			t.Error("html: there is a script of the input's")
		}
	case "markdown":
		for line := range strings.Lines(string(text)) {
			if outside := !strings.HasPrefix(line, " ") && markupLink.MatchString(line); outside || strings.Contains(line, "<script") {
				t.Errorf("markdown: the line %q has a link or a script of the input's", line)
			}
		}
		plainLines(t, string(text), "")
	default:
		plainLines(t, string(text), format)
	}
	if err != nil {
		t.Errorf("%s: %v", format, err)
	}
}

// plainLines fails for lines that do more than show text.
func plainLines(t *testing.T, text, format string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		command := strings.HasPrefix(strings.TrimSpace(line), "::") && !(format == "github" && annotation.MatchString(line))
		if command || strings.Contains(line, "##[") || !utf8.ValidString(line) {
			t.Errorf("%s: the line %q is a command, or no UTF-8", format, line)
		}
		for _, r := range line {
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
				t.Errorf("%s: %q has the invisible %q", format, line, r)
				break
			}
		}
	}
}
