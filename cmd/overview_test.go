package cmd_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/mtlsctl/mtlsctl/render/wire"
)

// TestSums: what a summary and a matrix count is what the rows count, verdict by verdict, and
// mode by mode.
func TestSums(t *testing.T) {
	t.Parallel()
	meshes, err := os.ReadDir(filepath.Join("..", "testdata", "mesh"))
	if err != nil {
		t.Fatal(err)
	}
	counted := 0
	for _, mesh := range meshes {
		for _, filter := range [][]string{nil, {"--verdict", "plaintext,broken"}} {
			args := append([]string{"-f", filepath.Join("..", "testdata", "mesh", mesh.Name()), "-o", "json"}, filter...)
			var rows wire.ConnectionList
			var matrix wire.ConnectionMatrix
			var summary wire.NamespaceList
			sums(t, &rows, append([]string{"connections"}, args...))
			sums(t, &matrix, append([]string{"connections", "--matrix"}, args...))
			sums(t, &summary, append([]string{"connections", "--summary"}, args...))
			counted += rows.Totals.Calls.Sum()
			if matrix.Calls != rows.Totals.Calls || summary.Totals.Calls != rows.Totals.Calls {
				t.Errorf("%s %q: rows count %+v, the matrix %+v, the summary %+v", mesh.Name(), filter, rows.Totals.Calls, matrix.Calls, summary.Totals.Calls)
			}
			if filter != nil {
				continue
			}
			var ports wire.WorkloadList
			sums(t, &ports, append([]string{"describe"}, args...))
			sums(t, &summary, append([]string{"describe", "--summary"}, args...))
			if summary.Totals.Totals != ports.Totals {
				t.Errorf("%s: describe counts %+v, its summary %+v", mesh.Name(), ports.Totals, summary.Totals.Totals)
			}
			if summary.Totals.Calls != rows.Totals.Calls {
				t.Errorf("%s: connections counts %+v, the summary of describe %+v", mesh.Name(), rows.Totals.Calls, summary.Totals.Calls)
			}
		}
	}
	if counted == 0 {
		t.Fatal("no mesh has a call")
	}
}

func sums(t *testing.T, into any, args []string) {
	t.Helper()
	if err := json.Unmarshal([]byte(printed(t, args...)), into); err != nil {
		t.Fatalf("%q: %v", args, err)
	}
}
