package render_test

import (
	"encoding/json"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/analyze/expect"
	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// TestCutOff: a report of which the end is missing is refused, or nothing of it is lost.
func TestCutOff(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"report.json", "report.yaml", "expected.json", "expected.yaml"} {
		text, err := os.ReadFile("../testdata/render/" + file)
		if err != nil {
			t.Fatal(err)
		}
		want, wantTest, err := render.ReadReport(text)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for end := range len(text) {
			if far := end < len(text)-600; far && text[end] != '\n' {
				continue
			}
			report, test, err := render.ReadReport(text[:end])
			if err == nil && (!reflect.DeepEqual(report, want) || !reflect.DeepEqual(test, wantTest)) {
				t.Fatalf("%s: the first %d of %d bytes are taken for a whole report (render/saved.go)", file, end, len(text))
			}
		}
	}
}

// TestOtherVersion: a report of a version that this program does not know is refused.
func TestOtherVersion(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../testdata/render/report.json")
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = render.ReadReport([]byte(strings.Replace(string(text), "mtlsctl.io/v1alpha1", "mtlsctl.io/v1alpha9", 1)))
	if err == nil || !strings.Contains(err.Error(), `"mtlsctl.io/v1alpha9"`) {
		t.Errorf("got %v", err)
	}
}

// FuzzReport: whatever is given for a saved report, it is shown in every format, or refused.
func FuzzReport(f *testing.F) {
	found := analyze.Run(resolve.Build(resolve.Options{}, nil), checks.All())
	found.Findings = []analyze.Finding{{Code: "MTLS0101", Severity: analyze.Warning, Field: "spec.portLevelMtls[80]", Object: resolve.Ref{Kind: "Gateway", Namespace: "a", Name: "b"}, Message: "c|d<e>\n::f", Repair: []analyze.Edit{{Verb: analyze.Set, Field: "spec.a[0].b", Value: "x"}}}}
	test := render.NewTestReport()
	test.Add("a", (&expect.Expectation{NoPlaintextInto: "b"}).Missing("c"))
	for _, report := range []any{render.NewReport(render.Scope{}, render.Run{Profile: analyze.Default, FailOn: "error"}, found), test} {
		text, err := json.Marshal(report)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"apiVersion":"mtlsctl.io/v1alpha1","kind":"Report","items":[{"severity":"info","position":{"line":-3},"repair":[{"verb":"set","field":"a[","value":{"a":null}}]}],"totals":{"info":1}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		report, test, err := render.ReadReport(text)
		if err != nil {
			return
		}
		var view render.View = render.Findings{Report: report}
		if test != nil {
			view = render.Expectations{Report: test}
		}
		words := render.CheckedWords()
		word := words[len(text)%len(words)] // one at a time: all of them would take the fuzzer's time
		format, err := render.ParseCheckedFormat(strings.Replace(word, "TEMPLATE", "{.kind}", 1))
		if err != nil {
			t.Fatal(err)
		}
		if err := render.Write(io.Discard, format, view, render.Options{Width: 80}); err != nil {
			t.Errorf("%s as %s: %v (render/saved.go)", text, word, err)
		}
	})
}
