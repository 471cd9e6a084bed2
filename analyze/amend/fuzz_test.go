package amend_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/amend"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// FuzzApply edits any text: it never panics, a refusal changes nothing, and what was set
// can be set again without a change. (What names the object can be set only once.)
func FuzzApply(f *testing.F) {
	for _, text := range []string{
		first + "---\n" + second,
		head + "spec:\n  a: &a {x: 1, y: [1, 2]}\n  b: *a\n  c: |+\n    x\n\n  l:\n  - - a\n  - b: 1\n",
		"{\n  \"kind\": \"PeerAuthentication\",\n  \"metadata\": {\"name\": \"web\"},\n  \"spec\": {}\n}\n",
		"kind: List\nitems:\n- kind: PeerAuthentication\n  metadata: {name: web}\n  spec:\n  # c\n\n  ? a\n  : b\n",
		"%YAML 1.1\n---\n" + head + "spec: [a: 1, {b, c: }, 'd\n  e', \"f\"]\n...\n",
	} {
		for verb := range uint8(5) {
			f.Add([]byte(text), verb, "spec.a")
			f.Add([]byte(text), verb, "spec.l[0]")
			f.Add([]byte(text), verb, "spec[0]")
			f.Add([]byte(text), verb, "metadata.labels")
			f.Add([]byte(text), verb, "")
		}
	}
	values := []any{"x", map[string]any{"8080": []any{"*", int64(1)}}, nil, []any{map[string]any{"a": "b"}}}
	f.Fuzz(func(t *testing.T, text []byte, kind uint8, field string) {
		e := analyze.Edit{Object: policy, Verb: analyze.Verb(kind % 5), Field: resolve.Field(field), Value: values[kind/5%4]}
		if e.Verb == analyze.Create {
			e = created("web")
		}
		at := amend.New("web.yaml", text)
		if !bytes.Equal(at.Bytes(), text) {
			t.Fatal("New changes the text")
		}
		if err := at.Apply(&e, "shop"); err != nil {
			if !bytes.Equal(at.Bytes(), text) {
				t.Fatalf("refused (%v), and changed all the same to\n%s", err, at.Bytes())
			}
			return
		}
		once := at.Bytes()
		again := amend.New("web.yaml", once)
		if e.Verb == analyze.Set && strings.HasPrefix(field, "spec") && (again.Apply(&e, "shop") != nil || !bytes.Equal(again.Bytes(), once)) {
			t.Fatalf("%+v is not there after it was set:\n%s", e, once)
		}
		if back := renamed(&e); e.Verb == analyze.Rename && strings.HasPrefix(field, "spec") && again.Apply(back, "shop") != nil {
			t.Fatalf("%+v cannot be taken back:\n%s", e, once)
		}
	})
}

// renamed is what takes a Rename back.
func renamed(e *analyze.Edit) *analyze.Edit {
	path := e.Field.Segments()
	if e.Verb != analyze.Rename || len(path) == 0 {
		return nil
	}
	last := len(path) - 1
	return &analyze.Edit{Object: e.Object, Verb: e.Verb, Field: resolve.Path(append(path[:last:last], e.Value.(string))...), Value: path[last]}
}
