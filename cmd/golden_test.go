package cmd_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGolden writes every report kind in every format. The name of a golden is
// report.format.
func TestGolden(t *testing.T) {
	t.Chdir("..")
	reports := map[string]string{
		"workloads": "",
		"workload":  "deploy/productpage.bookinfo",
		"naked":     "sts/mysqldb",
		"service":   "svc/productpage.bookinfo",
		"namespace": "ns/bookinfo",
		"policy":    "pa/default.bookinfo",
		"shadowed":  "pa/productpage-debug.bookinfo",
	}
	formats := map[string]string{
		"table": "table", "wide": "wide", "json": "json", "yaml": "yaml", "name": "name",
		"jsonpath": `jsonpath={range .items[*]}{.name}{"\n"}{end}`,
	}
	for report, names := range reports {
		for name, format := range formats {
			t.Run(report+"."+name, func(t *testing.T) {
				args := append([]string{"describe", "-f", "testdata/mesh/bookinfo", "-o", format}, strings.Fields(names)...)
				golden(t, filepath.Join("testdata", "render", report+"."+name), answer(t, nil, args...))
			})
		}
	}
}

// golden compares with a file, after rewriting it where asked.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v\nmake golden writes it", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-golden +got); make golden rewrites it\n%s", file, diff)
	}
}
