package runbook

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// TestDocument compares what is written with what sigs.k8s.io/yaml makes of it by way of JSON.
func TestDocument(t *testing.T) {
	t.Parallel()
	for _, value := range []map[string]any{
		{"kind": "PeerAuthentication", "metadata": map[string]any{"labels": map[string]string{"app10": "yes", "app2": "1.0", "App": "no"}}},
		{"numbers": []any{float64(0), float64(8080), float64(1e6), float64(1e15), float64(-3), 0.5, 1e300}, "port": float64(15021)},
		{"strings": []any{"", " ", "~", "null", "true", "1e3", "0x1F", "2026-01-01", "<<", "a: b", "- a", "#", "é\u2028\U0001f600", "a\tb", "\x00\x1b"}},
		{"zlong": strings.Repeat("word and ", 40), "text": "two\nlines\n", "open": "kept\n\n\n"},
		{"metadata": map[string]any{"annotations": map[string]string{"note": "ends with lines\n\n"}}},
		{"spec": map[string]any{}, "list": []any{}, "nothing": nil, "yes": true, "no": false, "deep": []any{[]any{map[string]any{"a": []any{float64(1)}}}}},
		{},
	} {
		want, err := yaml.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		got, err := document(value)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%v is\n%s\nwant\n%s", value, got, want)
		}
	}
}
