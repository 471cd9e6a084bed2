package source_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// TestIsSnapshot: a file is told by its first document, however long that is.
func TestIsSnapshot(t *testing.T) {
	t.Parallel()
	const head = "apiVersion: mtlsctl.io/v1alpha1\nkind: Snapshot\nmetadata: {name: east}\nspec:\n  name: east\n"
	const other = "apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n"
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"short":          {head + "---\n" + other, true},
		"long head":      {head + "  proxies: " + strings.Repeat("A", 200<<10) + "\n---\n" + other, true},
		"comments first": {"# a mesh\n---\n" + head, true},
		"later":          {other + "---\n" + head, false},
		"another kind":   {other, false},
		"half":           {head + "  told: [{\n", false},
		"empty":          {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "mesh.yaml")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := source.IsSnapshot(file); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	for _, file := range []string{t.TempDir(), "gone.yaml", "-"} {
		if source.IsSnapshot(file) {
			t.Errorf("%s is a snapshot", file)
		}
	}
}
