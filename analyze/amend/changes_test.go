package amend_test

import (
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/amend"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// TestChanges: what changes are said puts the old text into the new one, and leaves the
// documents out that no edit was about.
func TestChanges(t *testing.T) {
	t.Parallel()
	one := func(name string) string {
		return "apiVersion: v1\nkind: Service\nmetadata: {name: " + name + ", namespace: n}\n"
	}
	text := "# head\n" + one("a") + "---\n" + one("b") + "---\n" + one("c") + "---\n" + one("d")
	ref := func(name string) resolve.Ref {
		return resolve.Ref{Kind: resolve.KindService, Namespace: "n", Name: name}
	}
	set := func(name string) analyze.Edit {
		return analyze.Edit{Object: ref(name), Verb: analyze.Set, Field: "spec.type", Value: "ClusterIP"}
	}
	remove := func(name string) analyze.Edit { return analyze.Edit{Object: ref(name)} }
	create := analyze.Edit{Object: ref("e"), Verb: analyze.Create, Value: map[string]any{"apiVersion": "v1", "kind": "Service", "metadata": map[string]any{"name": "e", "namespace": "n"}}}
	for name, c := range map[string]struct {
		edits []analyze.Edit
		parts int
	}{
		"nothing":            {nil, 0},
		"one document":       {[]analyze.Edit{set("b")}, 1},
		"two apart":          {[]analyze.Edit{set("a"), set("d")}, 2},
		"neighbours":         {[]analyze.Edit{set("b"), set("c")}, 1},
		"the first one goes": {[]analyze.Edit{remove("a")}, 1},
		"one goes":           {[]analyze.Edit{remove("c")}, 1},
		"one comes":          {[]analyze.Edit{create}, 1},
		"all at once":        {[]analyze.Edit{set("d"), remove("b"), create}, 2},
		"all go":             {[]analyze.Edit{remove("a"), remove("b"), remove("c"), remove("d")}, 1},
	} {
		x := amend.New("f", []byte(text))
		for _, e := range c.edits {
			if err := x.Apply(&e, "default"); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		var got []byte
		at := 0
		parts := x.Changes()
		for _, p := range parts {
			got = append(append(got, text[at:p.Start]...), p.Text...)
			at = p.End
		}
		if got = append(got, text[at:]...); string(got) != string(x.Bytes()) {
			t.Errorf("%s: the changes make\n%s\nof the text, and it is\n%s", name, got, x.Bytes())
		}
		if len(parts) != c.parts {
			t.Errorf("%s: %d changes, want %d: %+v", name, len(parts), c.parts, parts)
		}
	}
}
