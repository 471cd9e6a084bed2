package manifest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func node(text string) *yaml.Node {
	n, err := ParseYAML([]byte(text))
	if err != nil {
		return nil
	}
	return n
}

func plainOf(t testing.TB, n *yaml.Node) any {
	t.Helper()
	var v any
	if n == nil {
		return nil
	}
	if err := n.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestMerge: what kubectl apply makes of a spec. A list is the file's, a map is
// merged, what the last file had goes, what it had not stays.
func TestMerge(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file, cluster, last, want string
		kept                            []string
	}{
		{name: "the same", file: "{a: 1}", cluster: "{a: 1}", last: "{a: 1}", want: "{a: 1}"},
		{name: "set by somebody else", file: "{a: 1}", cluster: "{a: 1, b: {c: 2}}", last: "{a: 1}", want: "{a: 1, b: {c: 2}}", kept: []string{"spec.b"}},
		{name: "set by the last file", file: "{a: 1}", cluster: "{a: 1, b: 2}", last: "{a: 1, b: 3}", want: "{a: 1}"},
		{name: "nobody knows", file: "{a: {x: 1}}", cluster: "{a: {y: 2}}", want: "{a: {x: 1, y: 2}}", kept: []string{"spec.a.y"}},
		{name: "deep", file: "{a: {b: {x: 1}}}", cluster: "{a: {b: {x: 0, y: 2, z: 3}}}", last: "{a: {b: {z: 3}}}", want: "{a: {b: {x: 1, y: 2}}}", kept: []string{"spec.a.b.y"}},
		{name: "a list", file: "{a: [1]}", cluster: "{a: [2, 3]}", want: "{a: [1]}"},
		{name: "another type", file: "{a: x}", cluster: "{a: {y: 2}}", want: "{a: x}"},
		{name: "a zero is a value", file: "{mode: DISABLE, n: 0}", cluster: "{mode: STRICT, n: 5}", want: "{mode: DISABLE, n: 0}"},
		{name: "null takes away", file: "{a: null}", cluster: "{a: 1}", want: "{a: null}"},
	} {
		m := merge{}
		got := m.fields(node(c.file), node(c.cluster), node(c.last), "spec")
		if diff := cmp.Diff(plainOf(t, node(c.want)), plainOf(t, got)); diff != "" {
			t.Errorf("%s: merged (-want +got)\n%s", c.name, diff)
		}
		if diff := cmp.Diff(c.kept, m.kept); diff != "" {
			t.Errorf("%s: kept (-want +got)\n%s", c.name, diff)
		}
	}
}

// FuzzMerge: any three texts merge without a panic, and what is merged onto itself is
// itself.
func FuzzMerge(f *testing.F) {
	f.Add("{a: {b: 1}}", "{a: {c: [2]}}", "{a: {c: 1}}")
	f.Add("a: &x {b: 1}\nc: *x\n", "a: null\nc: {d: 1}\n", "")
	f.Add("{? [1] : 2}", "{}", "[]")
	f.Fuzz(func(t *testing.T, file, cluster, last string) {
		a, b, c := node(file), copied(node(cluster)), node(last)
		(&merge{}).fields(a, b, c, "spec")
		if a == nil || a.Kind != yaml.MappingNode {
			return
		}
		m := merge{}
		m.fields(a, copied(a), nil, "spec")
		if len(m.kept) > 0 {
			t.Errorf("%q merged onto itself keeps %v", file, m.kept)
		}
	})
}
