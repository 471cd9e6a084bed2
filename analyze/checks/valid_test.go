package checks_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// aboutRefused are the checks of objects that a cluster refuses, and finds only where
// they are in one all the same.
var aboutRefused = []string{"MTLS0107", "MTLS0214", "MTLS0504"}

// TestWorldsAreValid: a cluster takes what the checks show, and what they say to write
// instead always.
func TestWorldsAreValid(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, c *analyze.Check) {
		text, err := os.ReadFile(filepath.Join(fixtures, c.Code+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		worlds := map[string]string{"After": c.After}
		if !slices.Contains(aboutRefused, c.Code) {
			worlds["Before"], worlds["its fixture"] = c.Before, string(text)
		}
		for where, world := range worlds {
			in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: strings.NewReader(world)})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range in.Problems {
				t.Errorf("%s: %s:%d: %s", c.Code, where, p.Position.Line, p.Message)
			}
		}
	})
}
