package amend_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/analyze/amend"
	"github.com/mtlsctl/mtlsctl/analyze/checks"
	"github.com/mtlsctl/mtlsctl/resolve"
	"github.com/mtlsctl/mtlsctl/resolve/mesh"
	"github.com/mtlsctl/mtlsctl/resolve/source"
)

// TestRepairs carries out on the texts of the fixtures what the findings in them ask for.
func TestRepairs(t *testing.T) {
	t.Parallel()
	found, err := filepath.Glob(filepath.Join(ownFiles, "checks", "*.yaml"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	edits := 0
	for _, file := range found {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range analyze.Run(world(t, text), checks.All()).Findings {
			at := amend.New(file, text)
			for _, e := range f.Repair {
				edits++
				if err := at.Apply(&e, "default"); err != nil {
					t.Errorf("%s: %v", f.Code, err)
				}
			}
			if len(f.Repair) > 0 && bytes.Equal(at.Bytes(), text) {
				t.Errorf("%s: %s: the repair changes nothing", file, f.Code)
			}
		}
	}
	if edits < 50 {
		t.Errorf("only %d edits were tried", edits)
	}
}

func world(t *testing.T, text []byte) *mesh.Mesh {
	t.Helper()
	in, err := source.Read(t.Context(), source.Options{Files: []string{"-"}, Stdin: bytes.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	return mesh.Build(resolve.Options{}, in.Objects)
}
