package manifest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve"
)

// TestEveryFieldIsFound: whichever field is looked for, its line is the one that a walk
// over the whole object finds, and a field beside it is nowhere.
func TestEveryFieldIsFound(t *testing.T) {
	t.Parallel()
	texts := []string{
		"x: &x\n  app: web\n  deep:\n    a: 1\ny: &y\n  app: y\n  deep:\n    b: 2\nspec:\n  <<: [*x, *y]\n  deep:\n    c: 3\n",
		"a:\n- - 1\n  - b: 2\n- 8080: x\n  \"8080\": y\n\"\": z\n\"a.b[0]\": {c: [1, 2]}\n_x: &r\n  r: 1\n  <<: *r\n",
		"a: &a\n  k: 1\nb: &b\n  <<: [*a, *a]\nc:\n  <<: [*b, *b]\n  <<: *a\n",
		"{\"a\": {\"b\": [{\"c\": 1}]}}",
		"not: [closed",
	}
	files, err := filepath.Glob("../../../testdata/checks/*.yaml")
	if err != nil || len(files) < 50 {
		t.Fatalf("testdata: %d files, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	fields := 0
	for _, text := range texts {
		for _, d := range Split("x.yaml", []byte(text)) {
			fields += checkFields(t, d)
		}
	}
	if fields < 10_000 {
		t.Errorf("only %d fields were looked for", fields)
	}
}

func checkFields(t *testing.T, d Document) int {
	t.Helper()
	top, _ := d.Parse()
	want := lineIndex{doc: d, index: map[resolve.Field]int{}}
	want.add(top, "", 0)
	got := newLines(d, nil)
	for f, line := range want.index {
		if l := got.Line(f); l != line {
			t.Errorf("%q is on line %d, want %d, of:\n%s", f, l, line, d.Data)
		}
		for _, beside := range []resolve.Field{f + "x", f.Child("no such"), f.Index(99), "x" + f, f + "[", resolve.Field(strings.ToUpper(string(f)))} {
			if l := got.Line(beside); l != want.index[beside] {
				t.Errorf("%q is on line %d, want %d", beside, l, want.index[beside])
			}
		}
	}
	return len(want.index)
}
