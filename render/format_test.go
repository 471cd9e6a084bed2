package render_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/resolve"
)

// TestParseFormat: every word is taken, everything else is refused with the words.
func TestParseFormat(t *testing.T) {
	t.Parallel()
	for _, word := range append(render.FormatWords(), "") {
		if _, err := render.ParseFormat(strings.Replace(word, "TEMPLATE", "{.kind}", 1)); err != nil {
			t.Errorf("%q: %v", word, err)
		}
	}
	for bad, want := range map[string]string{
		"tabel": "one of table, wide, json", "jsonpath": "needs a value", "jsonpath=": "needs a value",
		"json=x": "takes no value", "jsonpath={.a": "jsonpath template",
	} {
		if _, err := render.ParseFormat(bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", bad, err, want)
		}
	}
}

// TestJSONPathMissing: a path that leads nowhere is said, not printed as nothing.
func TestJSONPathMissing(t *testing.T) {
	t.Parallel()
	f, err := render.ParseFormat("jsonpath={.items[0].mdoe}")
	if err != nil {
		t.Fatal(err)
	}
	if err := render.Write(&strings.Builder{}, f, city(1), render.Options{}); err == nil || !strings.Contains(err.Error(), "mdoe is not found") {
		t.Errorf("got %v", err)
	}
}

// TestSortIsTotal: sorting by any key gives the same order whatever the order
// before, as long as the mesh's own order breaks ties.
func TestSortIsTotal(t *testing.T) {
	t.Parallel()
	lines := city(20).Lines
	for _, key := range render.SortKeys {
		want := sorted(lines, key)
		again := sorted(want, key)
		if diff := cmp.Diff(portsOf(want), portsOf(again)); diff != "" {
			t.Errorf("%s: sorting a sorted list changes it:\n%s", key, diff)
		}
		mixed := append([]render.Line(nil), want...)
		rand.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if len(sorted(mixed, key)) != len(want) {
			t.Errorf("%s: loses lines", key)
		}
	}
}

func sorted(lines []render.Line, key string) []render.Line {
	list := append([]render.Line(nil), lines...)
	render.Sort(list, key)
	return list
}

func portsOf(lines []render.Line) []string {
	var list []string
	for _, l := range lines {
		list = append(list, l.Workload.Short()+" "+l.Decision().Mode.String())
	}
	return list
}

// TestWorstFirst: --sort-by mode puts what needs a look on top.
func TestWorstFirst(t *testing.T) {
	t.Parallel()
	var lines []render.Line
	for _, m := range []resolve.Mode{resolve.Strict, resolve.TLS, resolve.Permissive, resolve.Unknown, resolve.Disable, resolve.None} {
		lines = append(lines, render.Line{Workload: &resolve.Workload{Default: resolve.Decision{Mode: m}}})
	}
	render.Sort(lines, "mode")
	var got []string
	for _, l := range lines {
		got = append(got, l.Decision().Mode.String())
	}
	if diff := cmp.Diff("NONE DISABLE UNKNOWN PERMISSIVE TLS STRICT", strings.Join(got, " ")); diff != "" {
		t.Error(diff)
	}
}
