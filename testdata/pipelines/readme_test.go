package pipelines

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var marked = regexp.MustCompile("(?s)<!-- pipeline ([a-z-]+) -->\n```[a-z]+\n(.*?)```")

// examples are the README's, by the word of the marker before each.
var examples = sync.OnceValues(func() (map[string]string, error) {
	text, err := os.ReadFile(root + "/README.md")
	found := map[string]string{}
	for _, m := range marked.FindAllStringSubmatch(string(text), -1) {
		found[m[1]] = m[2]
	}
	return found, err
})

// example is what the README shows behind <!-- pipeline NAME -->.
func example(t *testing.T, name string) string {
	t.Helper()
	all, err := examples()
	if err != nil {
		t.Fatal(err)
	}
	if all[name] == "" {
		t.Fatalf("README.md has no example behind <!-- pipeline %s -->", name)
	}
	return all[name]
}

// TestExamples: every example of the README is tried by a test of this package.
func TestExamples(t *testing.T) {
	t.Parallel()
	all, err := examples()
	if err != nil {
		t.Fatal(err)
	}
	tried := append([]string{"change", "github", "gitlab", "pre-commit"}, slices.Collect(maps.Keys(scripts))...)
	slices.Sort(tried)
	if diff := cmp.Diff(tried, slices.Sorted(maps.Keys(all))); diff != "" {
		t.Errorf("examples of README.md (+) and those that testdata/pipelines/*_test.go try (-)\n%s", diff)
	}
}
