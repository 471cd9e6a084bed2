package amend_test

import (
	"math/rand"
	"slices"
	"strings"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// edit is a random change at a field that is there, or next to one.
func edit(r *rand.Rand, ref resolve.Ref, tree map[string]any) analyze.Edit {
	var paths []resolve.Field
	var values []any
	collect(tree, "", &paths, &values)
	n := r.Intn(len(paths))
	e := analyze.Edit{Object: ref, Field: paths[n]}
	switch list, isList := values[n].([]any); {
	case strings.HasPrefix(string(e.Field), "metadata.name"), e.Field == "kind", e.Field == "apiVersion":
		e.Verb, e.Field, e.Value = analyze.Set, "spec.mtls.mode", "STRICT"
	case isList && len(list) > 0 && r.Intn(3) > 0:
		e.Verb, e.Value = analyze.Append, someValue(r)
	case r.Intn(3) == 0:
		e.Verb = analyze.Remove
	case r.Intn(4) == 0:
		e.Verb, e.Value = analyze.Rename, missing[r.Intn(len(missing))]
	case isMap(values[n]) && r.Intn(3) > 0:
		e.Verb, e.Field, e.Value = analyze.Set, e.Field.Child(missing[r.Intn(len(missing))]), someValue(r)
		if r.Intn(3) == 0 {
			e.Verb, e.Field = analyze.Append, e.Field+".deep.er"
		}
	default:
		e.Verb, e.Value = analyze.Set, someValue(r)
	}
	return e
}

var missing = []string{"mode", "portLevelMtls", "8080", "a.b/c", "true", "zone"}

func isMap(v any) bool { _, is := v.(map[string]any); return is }

func someValue(r *rand.Rand) any {
	values := []any{
		"STRICT", "8080", "yes", "", "a: b", "x # y", "*", "*.local", "10.0.0.1", "2024-01-01", "1_000", "0x1f", "1:20", "~", "two\nlines", "tab\there", "é", "istio-system/*", " lead",
		int64(8080), 1.5, true, nil, map[string]any{}, []any{}, []any{"a", int64(1)},
		map[string]any{"mode": "STRICT"},
		map[string]any{"8080": map[string]any{"mode": "DISABLE"}, "hosts": []any{"*", map[string]any{"b": "c", "d": []any{"e"}}, []any{"f"}}},
	}
	return values[r.Intn(len(values))]
}

func collect(value any, at resolve.Field, paths *[]resolve.Field, values *[]any) {
	if at != "" {
		*paths, *values = append(*paths, at), append(*values, value)
	}
	switch v := value.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(keys(v)) {
			collect(v[k], at.Child(k), paths, values)
		}
	case []any:
		for i, inner := range v {
			collect(inner, at.Index(i), paths, values)
		}
	}
}

func keys(m map[string]any) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}
