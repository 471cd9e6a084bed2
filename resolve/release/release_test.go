package release_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/release"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1.31": "1.31", "v1.30.2": "1.30.2", "1.29.4-distroless": "1.29.4", "1.30.1-asm.3": "1.30.1", "1.31.0-rc.1+build": "1.31.0", "1.28-alpha.abc": "1.28",
		"": "", "latest": "", "2.0": "", "1": "", "1.": "", "1-31": "", "1.31.x": "", "sha256:1.31": "", "1.99999999999": "", "1.0": "", "1.31.0 ": "",
	} {
		if v, ok := release.Parse(text); v.String() != want || ok != (want != "") {
			t.Errorf("Parse(%q) is %q, %v; want %q", text, v, ok, want)
		}
	}
	for image, want := range map[string]string{
		"docker.io/istio/pilot:1.30.2": "1.30.2", "localhost:5000/pilot:1.31-distroless": "1.31", "istio/pilot:1.29.1@sha256:abc": "1.29.1",
		"localhost:1.31/pilot": "", "istio/pilot": "", "istio/pilot@sha256:abc": "", "pilot:latest": "",
	} {
		if v, _ := release.OfImage(image); v.String() != want {
			t.Errorf("OfImage(%q) is %q, want %q", image, v, want)
		}
	}
}

// TestHas: a version without a patch has the fixes of all patches, an unknown one answers as the
// newest that was judged.
func TestHas(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		version string
		id      release.ID
		want    bool
	}{
		{"1.30.0", release.IgnoredPolicy, false}, {"1.30.1", release.IgnoredPolicy, true}, {"1.30", release.IgnoredPolicy, true}, {"1.29", release.IgnoredPolicy, false},
		{"1.31.0", release.EntryVisibility, true}, {"1.30.99", release.EntryVisibility, false}, {"1.40", release.EntryVisibility, true}, {"1.2", release.EntryVisibility, false},
		{"", release.EntryVisibility, release.Newest().Has(release.EntryVisibility)},
	} {
		if v, _ := release.Parse(c.version); v.Has(c.id) != c.want {
			t.Errorf("%q has %s: %v", c.version, c.id.Of().Name, !c.want)
		}
	}
}

// TestTable: each difference says all that people need, and differs between releases that the
// book knows.
func TestTable(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	all := release.All()
	for i, d := range release.Differences() {
		if d.ID != release.ID(i) || d.Name == "" || names[d.Name] || len(d.Rules) == 0 || len(d.Spans) == 0 || len(d.Sources) == 0 {
			t.Errorf("difference %d lacks something, or its name is taken: %+v", i, d)
		}
		names[d.Name] = true
		for _, s := range []string{d.Does, d.Else} {
			first, _, _ := strings.Cut(s, " ") // a name keeps its case
			if s == "" || strings.HasSuffix(s, ".") || strings.ToUpper(s[:1]) != s[:1] && first == strings.ToLower(first) && !strings.ContainsAny(first, "~-./") {
				t.Errorf("%s: %q is no sentence without a full stop", d.Name, s)
			}
		}
		oldest := release.Of(all[0].Minor() - 1)
		if newest := release.Of(all[len(all)-1].Minor() + 1); oldest.Has(d.ID) == newest.Has(d.ID) && len(d.Spans) == 1 && d.Spans[0].From.Known() != d.Spans[0].Before.Known() {
			t.Errorf("%s: no release that the book knows differs", d.Name)
		}
		for _, minor := range d.Judged {
			if !release.Of(minor).Judged() {
				t.Errorf("%s was judged with 1.%d, which no judge runs", d.Name, minor)
			}
		}
	}
}

// TestJudges: what the book calls judged is what conformance builds.
func TestJudges(t *testing.T) {
	t.Parallel()
	required := regexp.MustCompile(`(?m)^(?:require |\t)istio\.io/istio (\S+)$`)
	built := map[string]string{}
	for _, r := range release.All() {
		for _, file := range []string{"go-" + r.String() + ".mod", "go.mod"} {
			text, err := os.ReadFile("../../testdata/conformance/" + file)
			if err != nil || file == "go.mod" && r.Version != release.Newest() {
				continue
			}
			if m := required.FindSubmatch(text); m != nil && built[r.String()] == "" {
				built[r.String()] = string(m[1])
			}
		}
		if built[r.String()] != r.Judge {
			t.Errorf("Istio %s: the book names the judge %q, conformance builds %q", r, r.Judge, built[r.String()])
		}
		if r.Judge != "" && (r.On == "" || !strings.Contains(r.Judge, strings.ReplaceAll(r.On, "-", ""))) {
			t.Errorf("Istio %s: %q is not the day of %s", r, r.On, r.Judge)
		}
	}
	if !slices.IsSortedFunc(release.All(), func(a, b release.Release) int { return a.Compare(b.Version) }) {
		t.Error("releases are not in order")
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	v := func(text string) release.Version { v, _ := release.Parse(text); return v }
	for _, c := range []struct {
		spans []release.Span
		want  string
	}{
		{[]release.Span{{From: v("1.31.0")}}, "since 1.31"},
		{[]release.Span{{From: v("1.30.1")}}, "since 1.30.1"},
		{[]release.Span{{Before: v("1.29.7")}, {From: v("1.30.0"), Before: v("1.30.4")}}, "before 1.29.7, and from 1.30, before 1.30.4"},
		{[]release.Span{{From: v("1.29.0"), Before: v("1.31.0")}}, "since 1.29, before 1.31"},
	} {
		if got := (release.Difference{Spans: c.spans}).When(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	if d := release.Between(v("1.30.0"), v("1.30.1")); len(d) != 1 || d[0].ID != release.IgnoredPolicy {
		t.Errorf("between 1.30.0 and 1.30.1: %v", d)
	}
}
