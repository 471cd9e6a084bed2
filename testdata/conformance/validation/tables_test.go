package validation

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the tables anew")

// tables is where the tool keeps them.
const tables = "../../../resolve/source/validation/schemas"

// TestTables: the tables of the tool are those of the definitions that istio.io/api
// ships in the version of go.mod.
func TestTables(t *testing.T) {
	crds, err := readCRDs()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range kinds {
		want, err := tableOf(crds[kind])
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		file := filepath.Join(tables, kind+".json")
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what istio.io/api has (%v): go test ./validation -run TestTables -update", file, err)
		}
	}
}
