package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCI: .ci/run ends with 0 only when every suite passed, prints what the first says and
// what any that failed says, and a line for each.
func TestCI(t *testing.T) {
	for _, program := range []string{"bash", "make", "xargs"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}
	const good = "\t@echo 'ok all of $@'\n"
	for name, c := range map[string]struct {
		suites map[string]string
		code   int
		says   []string
		not    string
	}{
		"all pass":       {nil, 0, []string{"ok all of test\n", "3 suites in 0m0", ": ok\n"}, "ok all of fuzz"},
		"the first":      {map[string]string{"test": "\t@echo '--- FAIL: TestX'; false\n"}, 1, []string{"--- FAIL: TestX\n", "test           0m0", "lint           0m0", "FAILED\n"}, "ok all of lint"},
		"another":        {map[string]string{"lint": "\t@echo one; echo two >&2; exit 3\n"}, 1, []string{"ok all of test\n", "FAILED (exit 2)", "---- lint failed. It said:\none\ntwo\n"}, "ok all of fuzz"},
		"the last":       {map[string]string{"fuzz": "\t@sleep 0.3; echo late; false\n"}, 1, []string{"---- fuzz failed. It said:\nlate\n"}, "ok all of lint"},
		"two":            {map[string]string{"fuzz": "\t@echo a; false\n", "lint": "\t@echo b; false\n"}, 1, []string{"fuzz failed. It said:\na\n", "lint failed. It said:\nb\n"}, ""},
		"one is killed":  {map[string]string{"lint": "\t@echo half; kill -9 $$(ps -o ppid= -p $$PPID)\n"}, 1, []string{"---- lint failed. It said:\nhalf\n"}, ""},
		"no such target": {map[string]string{"lint": ""}, 1, []string{"---- lint failed."}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir, makefile := t.TempDir(), ""
			for _, suite := range []string{"test", "lint", "fuzz"} {
				recipe, other := c.suites[suite]
				switch {
				case !other:
					makefile += suite + ":\n" + good
				case recipe != "":
					makefile += suite + ":\n" + recipe
				}
			}
			if err := os.WriteFile(filepath.Join(dir, "Makefile"), []byte(makefile), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.CopyFS(filepath.Join(dir, ".ci"), os.DirFS(".ci")); err != nil {
				t.Fatal(err)
			}
			run := exec.Command("bash", filepath.Join(dir, ".ci", "run"), "test", "lint", "fuzz")
			run.Env = slices.DeleteFunc(append(os.Environ(), "PACKAGES="), func(v string) bool { return strings.HasPrefix(v, "MAKE") })
			out, _ := run.CombinedOutput()
			if code := run.ProcessState.ExitCode(); code != c.code {
				t.Errorf("exit %d, want %d", code, c.code)
			}
			for _, says := range c.says {
				if !strings.Contains(string(out), says) {
					t.Errorf("does not say %q", says)
				}
			}
			if c.not != "" && strings.Contains(string(out), c.not) {
				t.Errorf("says %q of a suite that passed", c.not)
			}
			if t.Failed() {
				t.Logf("%s", out)
			}
		})
	}
}
