package conformance

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/rulebook"
)

// TestSources: the files that the rule book names are in the Istio under test, with the
// functions that it names.
func TestSources(t *testing.T) {
	if os.Getenv("ISTIO") != "" {
		t.Skip("the book is about the newest Istio")
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "istio.io/istio").Output()
	if err != nil {
		t.Fatal(err)
	}
	root, looked := strings.TrimSpace(string(out)), 0
	for _, r := range rulebook.All() {
		for _, source := range r.Source {
			file, function, _ := strings.Cut(source, " ")
			if strings.Contains(file, "://") || strings.HasPrefix(file, "istio/") || strings.HasPrefix(file, "istio.io/") {
				continue // a page, ztunnel, istio.io/api
			}
			looked++
			if text := readAll(t, filepath.Join(root, file)); !strings.Contains(text, function) {
				t.Errorf("rule %s: Istio has no %s", r.Number, source)
			}
		}
	}
	if looked < 100 {
		t.Errorf("only %d sources looked at", looked)
	}
}

// readAll is the text of a file, or of the Go files of a folder; "" where it is missing.
func readAll(t *testing.T, path string) string {
	t.Helper()
	files := []string{path}
	if info, err := os.Stat(path); err != nil {
		t.Errorf("Istio has no %s", path)
		return ""
	} else if info.IsDir() {
		files, _ = filepath.Glob(filepath.Join(path, "*.go"))
	}
	var all strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
