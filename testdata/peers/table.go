package main

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
)

// row is one mesh.
type row struct {
	workloads         int
	bytes             int64
	istioctl, mtlsctl runs
}

// String is the row of the table.
func (r row) String() string {
	return fmt.Sprintf("| %s | %s | %.2f s, %.0f MB | %.2f s, %.0f MB | %.2f | %.2f |",
		thousands(r.workloads), megabytes(r.bytes), r.istioctl.time(), r.istioctl.memory(), r.mtlsctl.time(), r.mtlsctl.memory(),
		r.mtlsctl.time()/r.istioctl.time(), r.mtlsctl.memory()/r.istioctl.memory())
}

func table(rows []row, runs int) string {
	var b strings.Builder
	b.WriteString("| workloads | YAML | istioctl analyze | mtlsctl analyze | time to istioctl's | memory to istioctl's |\n|---|---|---|---|---|---|\n")
	for _, r := range rows {
		b.WriteString(r.String() + "\n")
	}
	fmt.Fprintf(&b, "\nMedians of %d runs each, in turn, on %d cores.\n", runs, runtime.NumCPU())
	return b.String()
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

func megabytes(n int64) string {
	if n < 1e6 {
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.0f MB", float64(n)/1e6)
}

// rewrite puts a table into its place in a file.
func rewrite(file, name, text string) error {
	was, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	begin, end := "<!-- "+name+" -->\n", "<!-- end "+name+" -->"
	place := regexp.MustCompile("(?s)" + begin + ".*?" + end)
	if !place.Match(was) {
		return fmt.Errorf("%s: no %s and %s for the table", file, strings.TrimSpace(begin), end)
	}
	return os.WriteFile(file, place.ReplaceAllLiteral(was, []byte(begin+text+end)), 0o644)
}
