package cmd_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bluekeyes/go-gitdiff/gitdiff"

	"github.com/mtlsctl/mtlsctl/analyze/checks"
)

// fixed is the part of a report that this test reads.
type fixed struct {
	Items []struct {
		Code, Fingerprint, Severity string
		Repair                      []any
	}
}

// TestFixDryRun: of every check that knows a repair, the diff of its own world and of its
// fixture applies, and the findings are gone after it; nothing graver than a note comes.
func TestFixDryRun(t *testing.T) {
	worlds := map[string]string{}
	for _, c := range checks.All() {
		text, err := os.ReadFile(filepath.Join("..", "testdata", "checks", c.Code+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		worlds[c.Code+" Before"], worlds[c.Code+" fixture"] = c.Before, string(text)
	}
	fixable := map[string]bool{}
	t.Chdir(t.TempDir())
	for name, world := range worlds {
		if strings.HasPrefix(name, "MTLS0214 ") {
			continue // of a rule that a cluster refuses, and that is not applied from files
		}
		write(t, "world.yaml", []byte(world))
		before := analyzed(t)
		diff := printed(t, "analyze", "-f", "world.yaml", "--fail-on", "never", "--fix-dry-run")
		write(t, "world.yaml", patched(t, name, []byte(world), diff))
		after := analyzed(t)
		left := map[string]bool{}
		n := map[string]int{}
		for _, i := range after.Items {
			left[i.Fingerprint] = true
			n[i.Code]++
		}
		for _, i := range before.Items {
			n[i.Code]--
			if len(i.Repair) > 0 && !left[i.Fingerprint] {
				fixable[i.Code] = true
			}
			if len(i.Repair) > 0 && left[i.Fingerprint] && name != "MTLS0218 fixture" { // see TestFixLeaves
				t.Errorf("%s: %s has a repair and is still there after\n%s", name, i.Code, diff)
			}
		}
		for _, i := range after.Items {
			if i.Severity != "info" && n[i.Code] > 0 {
				t.Errorf("%s: the diff brings %s\n%s", name, i.Code, diff)
			}
		}
	}
	if len(fixable) < 36 {
		t.Errorf("only %d checks were repaired: %v", len(fixable), fixable)
	}
}

func analyzed(t *testing.T) fixed {
	t.Helper()
	var r fixed
	if err := json.Unmarshal([]byte(printed(t, "analyze", "-f", "world.yaml", "--fail-on", "never", "-o", "json")), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func write(t *testing.T, file string, text []byte) {
	t.Helper()
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// patched applies a diff of one file with a reader of diffs that is not ours.
func patched(t *testing.T, name string, text []byte, diff string) []byte {
	t.Helper()
	if diff == "" {
		return text
	}
	files, _, err := gitdiff.Parse(strings.NewReader(diff))
	if err != nil || len(files) != 1 {
		t.Fatalf("%s: %d files, %v, in\n%s", name, len(files), err, diff)
	}
	if !strings.HasPrefix(diff, "--- a/world.yaml\n+++ b/world.yaml\n") {
		t.Errorf("%s: the diff is of another file:\n%s", name, diff)
	}
	var out bytes.Buffer
	if err := gitdiff.Apply(&out, bytes.NewReader(text), files[0]); err != nil {
		t.Fatalf("%s: %v: in\n%s", name, err, diff)
	}
	return out.Bytes()
}
