package source_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// write puts files, by name, into a directory of the test's own.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func read(t testing.TB, o source.Options) *source.Input {
	t.Helper()
	in, err := source.Read(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// readString reads one text as standard input.
func readString(t testing.TB, text string) *source.Input {
	t.Helper()
	return read(t, source.Options{Files: []string{"-"}, Stdin: strings.NewReader(text)})
}

// summary is what a text came to, in words: objects with their line, problems,
// notes, counted skips.
func summary(in *source.Input) []string {
	var s []string
	for _, o := range in.Objects {
		s = append(s, fmt.Sprintf("%d %s", o.Origin.First, o.Ref()))
	}
	for _, p := range in.Problems {
		s = append(s, fmt.Sprintf("%d problem: %s", p.Position.Line, strings.TrimSpace(string(p.Field)+" "+p.Message)))
	}
	for _, n := range in.Notes {
		s = append(s, fmt.Sprintf("%d note: %s", n.Position.Line, n.Message))
	}
	for _, word := range slices.Sorted(maps.Keys(in.Stats.Skipped)) {
		s = append(s, fmt.Sprintf("skipped %d %s", in.Stats.Skipped[word], word))
	}
	return s
}

func wantSummary(t *testing.T, in *source.Input, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, summary(in)); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
}

// object finds the one object of a kind.
func object(t *testing.T, in *source.Input, kind resolve.Kind) resolve.Object {
	t.Helper()
	for _, o := range in.Objects {
		if o.Kind == kind {
			return o
		}
	}
	t.Fatalf("no %s among %v", kind, summary(in))
	return resolve.Object{}
}
