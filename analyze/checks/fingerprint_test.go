package checks_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze"
)

var nextDocument = regexp.MustCompile(`(?m)^---\n`)

// TestFingerprints: a baseline knows findings again after lines moved, files were renamed,
// documents reordered and spread over files; and no two findings of a world are one.
func TestFingerprints(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *analyze.Check) {
		file := filepath.Join(fixtures, c.Code+".yaml")
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		was := prints(analyze.Run(read(t, string(text)), besides(c)))
		if len(was) != len(slices.Compact(slices.Clone(was))) {
			t.Errorf("%s: two findings have one fingerprint: give them a Subject", file)
		}
		docs := nextDocument.Split(string(text), -1)
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
		var files []string
		for half, part := range [][]string{docs[:len(docs)/2], docs[len(docs)/2:]} {
			name := filepath.Join(t.TempDir(), string(rune('b'-half))+".yaml")
			if err := os.WriteFile(name, []byte("# moved\n\n"+strings.Join(part, "\n---\n")), 0o644); err != nil {
				t.Fatal(err)
			}
			files = append(files, name)
		}
		if is := prints(analyze.Run(read(t, "", files...), besides(c))); !slices.Equal(was, is) {
			t.Errorf("%s: moved and reordered, other findings are known: %d were, %d are", file, len(was), len(is))
		}
	})
}

func prints(r *analyze.Report) []string {
	var out []string
	for i := range r.Findings {
		out = append(out, r.Findings[i].Fingerprint())
	}
	slices.Sort(out)
	return out
}
