package cmd_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/resolve/public"
)

// TestStructureIsPublic: words of enums, durations and their like never become tokens: the
// object would not be valid any more.
func TestStructureIsPublic(t *testing.T) {
	t.Parallel()
	for _, l := range leaves() {
		if slices.Contains(l.keys(), "extensionProviders") {
			continue // of which no snapshot has anything
		}
		if f := public.Of(l.kind).At(l.keys()); l.structure && !f.Name() {
			t.Errorf("%s is structure, and the table has it for a value (resolve/public/table.go)", l)
		}
	}
}

// TestValues compares what the table makes a value with the list that people read: a field
// that is new in Istio or Kubernetes is one until somebody says that it is a name.
func TestValues(t *testing.T) {
	t.Parallel()
	var lines []string
	for _, l := range leaves() {
		if f := public.Of(l.kind).At(l.keys()); !f.Name() && !slices.Contains(l.keys(), "managedFields") {
			lines = append(lines, l.kind+" "+strings.Join(short(l), "."))
		}
	}
	slices.Sort(lines)
	got := strings.Join(slices.Compact(lines), "\n") + "\n"
	file := filepath.Join("..", "testdata", "secrets", "values.txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s is not what the table says: go test ./cmd -run TestValues -update, and read the difference (resolve/public/table.go)", file)
	}
}

// short is the path down to where all is a value.
func short(l leaf) []string {
	for i := range l.keys() {
		if !public.Of(l.kind).At(l.keys()[:i+1]).Known() {
			return l.keys()[:i+1]
		}
	}
	return l.keys()
}
