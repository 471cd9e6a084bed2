package render_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/render"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/inbound"
)

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
		lines = append(lines, render.Line{Workload: &inbound.Workload{Default: resolve.Decision{Mode: m}}})
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
