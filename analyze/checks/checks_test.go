package checks_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

const fixtures = "../../testdata/checks"

// read resolves files, or the text where no file is given.
func read(t *testing.T, text string, files ...string) *mesh.Mesh {
	t.Helper()
	if len(files) == 0 {
		files = []string{"-"}
	}
	in, err := source.Read(t.Context(), source.Options{Files: files, Stdin: strings.NewReader(text), Applied: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range in.Problems {
		if p.Cause == "" { // what a cluster would refuse now stands in some
			t.Errorf("%s: %s", p.Position, p.Message)
		}
	}
	return mesh.Build(resolve.Options{}, in.Objects)
}

// besides are the checks of the default profile, and c.
func besides(c *analyze.Check) []*analyze.Check {
	all := analyze.Default.Of(checks.All())
	if !slices.Contains(all, c) {
		all = append(all, c)
	}
	return all
}

func each(t *testing.T, test func(t *testing.T, c *analyze.Check)) {
	t.Helper()
	for _, c := range checks.All() {
		t.Run(c.Code, func(t *testing.T) {
			t.Parallel()
			test(t, c)
		})
	}
}

func TestBeforeHasExactlyThisFinding(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *analyze.Check) {
		report := analyze.Run(read(t, c.Before), besides(c))
		if !slices.ContainsFunc(report.Findings, func(f analyze.Finding) bool { return f.Code == c.Code }) {
			t.Fatalf("%s: Before has no such finding", c.Code)
		}
		for _, f := range report.Findings {
			if f.Code != c.Code && !slices.Contains(c.With, f.Code) {
				t.Errorf("%s: Before also has %s %s: %s", c.Code, f.Code, f.Object, f.Message)
			}
		}
	})
}

func TestAfterIsClean(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *analyze.Check) {
		for _, f := range analyze.Run(read(t, c.After), besides(c)).Findings {
			t.Errorf("%s: After has %s %s: %s", c.Code, f.Code, f.Object, f.Message)
		}
	})
}

var want = regexp.MustCompile(`# want (MTLS\d{4}) "([^"]*)"`)

// TestFixtures runs each check over its fixture: a finding on every line that
// wants one, with that sentence, and on no other line.
func TestFixtures(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *analyze.Check) {
		file := filepath.Join(fixtures, c.Code+".yaml")
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%s has no fixture: write %s with `# want %s \"...\"` on the offending line", c.Code, file, c.Code)
		}
		wants := map[string]string{}
		for i, line := range strings.Split(string(text), "\n") {
			for _, m := range want.FindAllStringSubmatch(line, -1) {
				wants[fmt.Sprintf("%s:%d %s", file, i+1, m[1])] += m[2] + "\n"
			}
		}
		if len(wants) == 0 {
			t.Fatalf("%s wants nothing: put `# want %s \"...\"` on the offending line", file, c.Code)
		}
		found, _ := analyze.One(read(t, "", file), c)
		got := map[string]string{}
		for _, f := range found {
			got[fmt.Sprintf("%s %s", f.Position(), f.Code)] += f.Object.String() + " " + f.Message + "\n"
		}
		compare(t, wants, got)
	})
}

// compare wants the same places, and at each the wanted sentences within the
// found ones; a $ at its end is the end of the found one.
func compare(t *testing.T, wants, got map[string]string) {
	for _, at := range slices.Sorted(maps.Keys(wants)) {
		for _, sentence := range strings.Split(strings.TrimSuffix(wants[at], "\n"), "\n") {
			if end, ok := strings.CutSuffix(sentence, "$"); ok {
				sentence = end + "\n"
			}
			if !strings.Contains(got[at], sentence) {
				t.Errorf("%s: want %q, got %q", at, sentence, got[at])
			}
		}
	}
	for _, at := range slices.Sorted(maps.Keys(got)) {
		if wants[at] == "" {
			t.Errorf("%s: unwanted finding: %s", at, got[at])
		}
	}
}

func TestNeedsAndReadsAreWhatIsRead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *analyze.Check) {
		_, read := analyze.One(read(t, c.Before), c)
		got := slices.Sorted(maps.Keys(read))
		declared := append(slices.Clone(c.Needs), c.Reads...)
		if c.NeedsHost {
			declared = append(declared, resolve.KindService, resolve.KindServiceEntry)
		}
		slices.Sort(declared)
		if !slices.Equal(got, declared) {
			t.Errorf("%s reads %v, but Needs and Reads say %v", c.Code, got, declared)
		}
	})
}

var (
	code = regexp.MustCompile(`^MTLS0[1-59]\d\d$`)
	slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

func TestEveryCheckIsDocumented(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, c := range checks.All() {
		if !code.MatchString(c.Code) || !slug.MatchString(c.Name) {
			t.Errorf("%s %s: code or name is not of the form", c.Code, c.Name)
		}
		for _, key := range []string{c.Code, c.Name} {
			if seen[key] != "" {
				t.Errorf("%s: %s is taken by %s", c.Code, key, seen[key])
			}
			seen[key] = c.Code
		}
		if c.Title == "" || c.Why == "" || c.Fix == "" || len(c.Docs) == 0 || c.Before == "" || c.After == "" || c.Run == nil {
			t.Errorf("%s: Title, Why, Fix, Docs, Before, After and Run must all be set", c.Code)
		}
		if strings.HasSuffix(c.Title, ".") || strings.HasSuffix(c.Fix, ".") {
			t.Errorf("%s: Title and Fix end without a full stop", c.Code)
		}
	}
}

// TestEveryFixtureHasACheck keeps retired fixtures from lying around.
func TestEveryFixtureHasACheck(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob(filepath.Join(fixtures, "*.yaml"))
	for _, f := range files {
		if checks.ByCode(strings.TrimSuffix(filepath.Base(f), ".yaml")) == nil {
			t.Errorf("%s belongs to no check", f)
		}
	}
}

// TestSkippedForWantOfRights: a check says that it could not look, and why, where objects
// of a kind that it reads could not be listed, in their namespace or in the root's.
func TestSkippedForWantOfRights(t *testing.T) {
	t.Parallel()
	in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(checks.ByCode("MTLS0501").Before)})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range checks.All() {
		reads := slices.Concat(c.Needs, c.Reads)
		if c.NeedsHost {
			reads = append(reads, resolve.KindService, resolve.KindServiceEntry)
		}
		for _, kind := range reads {
			listed := kind
			if kind == resolve.KindWorkload {
				listed = resolve.KindPod
			}
			r := analyze.Run(mesh.Build(resolve.Options{Gaps: []resolve.Gap{{Kind: listed, Resource: strings.ToLower(string(listed)) + "s", Reason: "forbidden"}}}, in.Objects), []*analyze.Check{c})
			if len(r.Skipped) != 1 || !strings.Contains(r.Skipped[0].Because, "forbidden") || len(r.Findings) > 0 {
				t.Errorf("%s reads %s: without the right to it, got %+v", c.Code, kind, r)
			}
		}
	}
}
