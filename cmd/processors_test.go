package cmd_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/mtlsctl/mtlsctl/cmd"
)

// TestProcessors: how much is done side by side changes no byte. It changes how many processors
// this process uses, so nothing may run beside it.
func TestProcessors(t *testing.T) {
	dir := t.TempDir()
	for file := range 30 { // hosts enough for several parts
		writeCity(t, dir, file)
	}
	all := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(all)
	for _, args := range [][]string{
		{"diff", dir, "-f", "-", "-o", "json"}, {"diff", dir, "-f", "-", "--expand"}, {"migrate-plan", "-f", dir, "-o", "json"},
	} {
		var first string
		for _, processors := range []int{1, 2, 5} {
			runtime.GOMAXPROCS(processors)
			s, out, errs := captured()
			s.In = strings.NewReader(plaintextEverywhere)
			if code := cmd.Main(args, s); code == 2 {
				t.Fatalf("%v: %s", args, errs)
			}
			if first == "" {
				first = out.String()
			}
			if len(first) < 1000 || out.String() != first {
				t.Errorf("%v on %d processors differs from what 1 wrote, or is short", args, processors)
			}
		}
	}
}
