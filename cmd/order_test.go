package cmd_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOrderNeverShows shuffles the documents of a mesh: every format writes the
// same bytes, but for the lines on which things stand.
func TestOrderNeverShows(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../testdata/mesh/bookinfo/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no mesh", err)
	}
	var documents []string
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, strings.Split(string(text), "\n---\n")...)
	}
	for _, args := range [][]string{
		{"-o", "table"}, {"-o", "name"}, {"ns/bookinfo"}, {"--sort-by", "mode"}, {"--sort-by", "port"},
		{"-o", `jsonpath={.items[*].ports[*].decision.shadowed[*]['by','mode','because']}`},
	} {
		want := describeShuffled(t, documents, args)
		for range 10 {
			rand.Shuffle(len(documents), func(i, j int) { documents[i], documents[j] = documents[j], documents[i] })
			if diff := cmp.Diff(want, describeShuffled(t, documents, args)); diff != "" {
				t.Fatalf("%v: order of the input shows:\n%s", args, diff)
			}
		}
	}
}

// describeShuffled leaves out lines with positions, which do depend on the order.
func describeShuffled(t *testing.T, documents, args []string) string {
	t.Helper()
	out := answer(t, bytes.NewBufferString(strings.Join(documents, "\n---\n")), append([]string{"describe", "-f", "-"}, args...)...)
	var kept []string
	for line := range strings.Lines(string(out)) {
		if at := strings.Index(line, "<stdin>"); at >= 0 {
			line = line[:at]
		}
		kept = append(kept, strings.TrimRight(line, " \n"))
	}
	return strings.Join(kept, "\n")
}
