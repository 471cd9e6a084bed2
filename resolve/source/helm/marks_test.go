package helm

import (
	"errors"
	"strings"
	"testing"
	"text/template"
)

// limited ends a template that writes too much.
type limited struct{ strings.Builder }

// Write implements io.Writer.
func (l *limited) Write(p []byte) (int, error) {
	if l.Len() > 1<<16 {
		return 0, errors.New("too much")
	}
	return l.Builder.Write(p)
}

// executed is what a template writes.
func executed(source string) (string, error) {
	t, err := template.New("a").Option("missingkey=zero").Funcs(template.FuncMap{"upper": strings.ToUpper}).Parse(source)
	if err != nil {
		return "", err
	}
	var b limited
	err = t.Execute(&b, map[string]any{"a": "b", "list": []int{1, 2, 3}, "yes": true, "text": "x\ny\n"})
	return b.String(), err
}

// FuzzMarks: marks change nothing of what a template writes, and their lines are lines of it.
func FuzzMarks(f *testing.F) {
	for _, s := range []string{
		"a\n{{- if .yes }}\n  b: {{ .a }}\n{{- end }}\n", "{{/* c */ -}}\n\n a {{- .text -}} b\n", "{{ range .list -}} {{ . }}\n{{ else }}n{{ end }}",
		"{{ define \"d\" }}\nx\n{{ end }}{{ template \"d\" }}\n{{ block \"e\" . }}y\n{{ end }}", "{{ with .none }}{{ else with .a }}\n{{ . }}\n{{ end }}\r\n", "\n\n{{ .text | upper }}  \n\t{{- \"}}\" }}{{ `\n` }}",
		"{{ range .list }}{{ if eq . 2 }}{{ continue }}{{ end }}\n{{ . }}{{ break }}{{ end }}", "ä{{- .a }}\xff\n{{ .a -}}\n", "\uF8F0 1\uF8F1{{ .a }}",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		want, err := executed(source)
		if err != nil {
			return
		}
		with, ok := marked("a", source)
		if !ok {
			return
		}
		written, err := executed(with)
		if err != nil {
			t.Fatalf("%q is marked as %q: %v", source, with, err)
		}
		got, lines := linesOf(written)
		if got != want {
			t.Fatalf("%q is marked as %q: it writes %q, and %q without marks", source, with, got, want)
		}
		if len(lines) != 1+strings.Count(want, "\n") {
			t.Fatalf("%q: %d lines of %q", source, len(lines), want)
		}
		for _, line := range lines {
			if line < 1 || line > 1+strings.Count(source, "\n") {
				t.Fatalf("%q: line %d of %q", source, line, want)
			}
		}
	})
}

// FuzzDocuments: the documents of a text are in it, in order, on the lines that are said.
func FuzzDocuments(f *testing.F) {
	for _, s := range []string{"a: 1\n---\nb: 2\n", "---a: 1\n\n  ---  \nb", "\n\n--- # c\n---\n", "{}\n---{}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\n")
		last := 0
		for _, d := range documents(text) {
			if d.line < last || d.line >= len(lines) {
				t.Fatalf("%q: a document on line %d of %d", text, d.line, len(lines))
			}
			first, _, _ := strings.Cut(d.text, "\n")
			if !strings.Contains(lines[d.line], first) {
				t.Fatalf("%q: %q is not on line %d", text, first, d.line)
			}
			last = d.line
		}
		r := &Release{}
		out, ok := r.joined("a", text, upTo([]byte(text)))
		if ok && len(out.Lines) != 1+strings.Count(strings.TrimSuffix(string(out.Text), "\n"), "\n") {
			t.Fatalf("%q: %d lines of %q", text, len(out.Lines), out.Text)
		}
	})
}
