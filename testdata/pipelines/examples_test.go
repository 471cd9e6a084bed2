package pipelines

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var marked = regexp.MustCompile("(?s)<!-- pipeline ([a-z-]+) -->\n```[a-z]+\n(.*?)```")

// examples are those of docs, by the word of the marker before each. A word of two examples
// is one of them twice.
var examples = sync.OnceValues(func() (map[string][]string, error) {
	found := map[string][]string{}
	err := filepath.WalkDir(root+"/docs", func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".md" {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range marked.FindAllStringSubmatch(string(text), -1) {
			found[m[1]] = append(found[m[1]], m[2])
		}
		return err
	})
	return found, err
})

// example is what docs shows behind <!-- pipeline NAME -->.
func example(t *testing.T, name string) string {
	t.Helper()
	all, err := examples()
	if err != nil {
		t.Fatal(err)
	}
	if len(all[name]) != 1 {
		t.Fatalf("docs has %d examples behind <!-- pipeline %s -->, want one", len(all[name]), name)
	}
	return all[name][0]
}

// TestExamples: every example of docs is tried by a test of this package.
func TestExamples(t *testing.T) {
	t.Parallel()
	all, err := examples()
	if err != nil {
		t.Fatal(err)
	}
	tried := append([]string{"change", "github", "gitlab", "pre-commit"}, slices.Collect(maps.Keys(scripts))...)
	slices.Sort(tried)
	if diff := cmp.Diff(tried, slices.Sorted(maps.Keys(all))); diff != "" {
		t.Errorf("examples of docs (+) and those that testdata/pipelines/*_test.go try (-)\n%s", diff)
	}
}
