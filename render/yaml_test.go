package render_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/mtlsctl/mtlsctl/render/format"
)

// TestJSONPathMissing: a path that leads nowhere is said, not printed as nothing.
func TestJSONPathMissing(t *testing.T) {
	t.Parallel()
	f, err := format.Parse("jsonpath={.items[0].mdoe}")
	if err != nil {
		t.Fatal(err)
	}
	if err := format.Write(&strings.Builder{}, f, city(1), format.Options{}); err == nil || !strings.Contains(err.Error(), "mdoe is not found") {
		t.Errorf("got %v", err)
	}
}

// anything is a View of any data.
type anything struct{ data any }

func (anything) Blocks(bool) []format.Block { return nil }

func (a anything) Data() any { return a.data }

func (anything) Names() []string { return nil }

// TestYAMLIsJSON reads YAML with a library and wants what JSON holds.
func TestYAMLIsJSON(t *testing.T) {
	t.Parallel()
	words := []string{"", "yes", "NO", "null", "~", "1", "1.5", "0x1f", "-", "- a", "a: b", "a:b", "a #b", "#a", " a", "a ", "é", "a\nb", "\"q\"", "\\", "a'b", "{a}", "[a]", "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "?", "a,b", "a:", "2025-01-01", ".inf", "/p", "a/b:c-d", "x=y", "\u2028", "<none>", "a--b", "a -b"}
	keyed := map[string]any{}
	for _, w := range words {
		keyed[w] = w
	}
	for name, data := range map[string]any{
		"words": words, "keys": keyed, "city": city(20).Data(), "empty": []any{}, "emptyMap": map[string]any{},
		"nested": []any{[]any{[]any{1, 2}, []any{}}, map[string]any{"a": []any{map[string]any{"b": nil, "c": true}}, "d": map[string]any{"e": 1.5e9}}},
		"scalar": "x",
	} {
		got, want := normal(t, formatted(t, "yaml", anything{data})), normal(t, formatted(t, "json", anything{data}))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: YAML differs from JSON (-json +yaml):\n%s", name, diff)
		}
	}
}

// TestIndent compares with the standard library, byte for byte.
func TestIndent(t *testing.T) {
	t.Parallel()
	for _, data := range []any{city(20).Data(), []any{}, map[string]any{"a": map[string]any{}, "b": []any{[]any{}}}, "a\"b\\", nil, 1} {
		var want bytes.Buffer
		e := json.NewEncoder(&want)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(data); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.String(), string(formatted(t, "json", anything{data}))); diff != "" {
			t.Errorf("differs from encoding/json (-want +got):\n%s", diff)
		}
	}
}

func formatted(t testing.TB, word string, v format.View) []byte {
	t.Helper()
	return formattedWith(t, word, v, format.Options{})
}

func formattedWith(t testing.TB, word string, v format.View, o format.Options) []byte {
	t.Helper()
	f, err := format.Parse(word)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := format.Write(&b, f, v, o); err != nil {
		t.Fatalf("%s: %v", word, err)
	}
	return b.Bytes()
}

func normal(t testing.TB, text []byte) (v any) {
	t.Helper()
	if err := yaml.Unmarshal(text, &v); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	return v
}
