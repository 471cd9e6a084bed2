package render_test

import (
	"encoding/json"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/analyze/expect"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/config"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
)

// TestSavedRights: what rbac --check writes is shown again.
func TestSavedRights(t *testing.T) {
	t.Parallel()
	rights := render.Rights{Cluster: "east", Namespace: "shop", Rights: []wire.Right{{Verb: "list", Resource: "pods", Allowed: true}, {Verb: "list", Resource: "gateways", Without: "who listens"}}}
	report, err := wire.Read(formatted(t, "yaml", rights))
	if err != nil {
		t.Fatal(err)
	}
	view, err := render.Saved(report, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"table", "json", "yaml", "name", "markdown"} {
		if diff := cmp.Diff(string(formatted(t, word, rights)), string(formatted(t, word, view))); diff != "" {
			t.Errorf("as %s the saved report is another (-made +shown):\n%s", word, diff)
		}
	}
}

// TestSavedKinds: there is a View of every kind that can be read.
func TestSavedKinds(t *testing.T) {
	t.Parallel()
	for kind, report := range wireTypes {
		pointer := reflect.New(reflect.TypeOf(report)).Interface()
		if _, err := render.Saved(pointer, nil); err != nil {
			t.Errorf("%s cannot be shown: %v", kind, err)
		}
	}
}

// FuzzReport: whatever is given for a saved report, it is shown in every format, or refused.
func FuzzReport(f *testing.F) {
	found := analyze.Run(mesh.Build(config.Options{}, nil), checks.All())
	found.Findings = []analyze.Finding{{Code: "MTLS0101", Severity: analyze.Warning, Field: "spec.portLevelMtls[80]", Object: resolve.Ref{Kind: "Gateway", Namespace: "a", Name: "b"}, Message: "c|d<e>\n::f", Repair: []analyze.Edit{{Verb: analyze.Set, Field: "spec.a[0].b", Value: "x"}}}}
	test := wire.NewTestReport()
	test.Add(render.NewExpectation("a", (&expect.Expectation{NoPlaintextInto: "b"}).Missing("c")))
	for _, report := range []any{render.NewReport(wire.Scope{}, render.Run{Profile: analyze.Default, FailOn: "error"}, found), test} {
		text, err := json.Marshal(report)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, golden := range []string{"naked", "shadowed", "rule", "call", "change", "register", "topic"} {
		text, err := os.ReadFile("../testdata/render/" + golden + ".json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"apiVersion":"mtlsctl.io/v1alpha1","kind":"Report","items":[{"severity":"info","position":{"line":-3},"repair":[{"verb":"set","field":"a[","value":{"a":null}}]}],"totals":{"info":1}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		report, err := wire.Read(text)
		if err != nil {
			return
		}
		view, err := render.Saved(report, nil)
		if err != nil {
			t.Fatal(err)
		}
		words := format.Words()
		if _, checked := view.(format.Checked); checked {
			words = format.CheckedWords()
		}
		word := words[len(text)%len(words)] // one at a time: all of them would take the fuzzer's time
		f, err := format.ParseChecked(strings.Replace(word, "TEMPLATE", "{.kind}", 1))
		if err != nil {
			t.Fatal(err)
		}
		if err := format.Write(io.Discard, f, view, format.Options{Width: 80}); err != nil {
			t.Errorf("%s cannot be written as %s: %v", text, word, err)
		}
	})
}
